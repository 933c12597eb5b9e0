#include "peer/picture_limit.h"

#include <cstdint>
#include <optional>
#include <utility>

#include "base/allowance.h"
#include "gst/h264.h"
#include "gst/pads.h"
#include "gst/ref.h"

namespace tessera::peer {
namespace {

using gst::Bytes;

// As nothing else is agreed on.
constexpr auto profiles = gst::H264Profiles::eight_bit;

constexpr int pictures_per_second = 120;
constexpr int pictures_at_once = 2 * pictures_per_second;

constexpr auto all_that_flows =
    GstPadProbeType(gst::buffers_and_lists | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM);

constexpr const char* too_large = "The camera's pictures are too large.";
constexpr const char* too_many = "The camera's pictures are too many.";
constexpr const char* unreadable = "The camera's pictures can't be read.";

// What `read` says of a buffer's bytes; nothing if they can't be read.
template <typename Read>
auto read_buffer(GstBuffer* buffer, Read read) -> decltype(read({})) {
  GstMapInfo map;
  if (!gst_buffer_map(buffer, &map, GST_MAP_READ)) return std::nullopt;
  const auto result = read(Bytes(map.data, map.size));
  gst_buffer_unmap(buffer, &map);
  return result;
}

// Of one pad's streaming thread.
class Limit {
 public:
  Limit(std::int64_t pixels, std::function<void(const std::string&)> refused)
      : pixels_(pixels), refused_(std::move(refused)) {}

  bool admits_caps(GstCaps* caps) {
    const GstStructure* structure = gst_caps_get_structure(caps, 0);
    int width = 0;
    int height = 0;
    gst_structure_get(structure, "width", G_TYPE_INT, &width, "height", G_TYPE_INT, &height,
                      nullptr);
    if (std::int64_t{width} * height > pixels_) return refuse(too_large);
    if (!gst_structure_has_name(structure, "video/x-h264")) return true;
    const GValue* codec_data = gst_structure_get_value(structure, "codec_data");
    h264_ = codec_data == nullptr ? std::nullopt
                                  : read_buffer(gst_value_get_buffer(codec_data), [](Bytes bytes) {
                                      return gst::read_h264_config(bytes, profiles);
                                    });
    if (!h264_) return refuse(unreadable);
    return h264_->pixels <= pixels_ || refuse(too_large);
  }

  bool admits(GstBuffer* buffer) {
    if (has_refused_) return false;
    gst::H264Work work{.pictures = 1};
    if (h264_) {
      const auto read = read_buffer(buffer, [this](Bytes bytes) {
        return gst::read_h264(bytes, h264_->length_size, profiles);
      });
      // After a loss of packets, say: it isn't worth the connection.
      if (!read) return false;
      work = *read;
    }
    if (work.pixels > pixels_) return refuse(too_large);
    return allowance_.take(Clock::now(), work.pictures) || refuse(too_many);
  }

 private:
  bool refuse(const char* why) {
    if (!std::exchange(has_refused_, true)) refused_(why);
    return false;
  }

  std::int64_t pixels_;
  std::function<void(const std::string&)> refused_;
  bool has_refused_ = false;
  Allowance allowance_{pictures_at_once, pictures_per_second};
  std::optional<gst::NalConfig> h264_;  // Of H.264.
};

bool admits_event(Limit& limit, GstEvent* event) {
  if (GST_EVENT_TYPE(event) != GST_EVENT_CAPS) return true;
  GstCaps* caps = nullptr;
  gst_event_parse_caps(event, &caps);
  return limit.admits_caps(caps);
}

bool admits_list(Limit& limit, GstBufferList* list) {
  for (guint i = 0; i < gst_buffer_list_length(list); ++i) {
    if (!limit.admits(gst_buffer_list_get(list, i))) return false;
  }
  return true;
}

GstPadProbeReturn watch(GstPad*, GstPadProbeInfo* info, gpointer data) {
  auto& limit = *static_cast<Limit*>(data);
  const GstPadProbeType type = GST_PAD_PROBE_INFO_TYPE(info);
  bool is_admitted = false;
  if ((type & GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM) != 0) {
    is_admitted = admits_event(limit, GST_PAD_PROBE_INFO_EVENT(info));
  } else if ((type & GST_PAD_PROBE_TYPE_BUFFER_LIST) != 0) {
    is_admitted = admits_list(limit, GST_PAD_PROBE_INFO_BUFFER_LIST(info));
  } else {
    is_admitted = limit.admits(GST_PAD_PROBE_INFO_BUFFER(info));
  }
  return is_admitted ? GST_PAD_PROBE_OK : GST_PAD_PROBE_DROP;
}

}  // namespace

void limit_pictures(const gst::Pipeline& pipeline, const std::string& decoder, Resolution largest,
                    std::function<void(const std::string& why)> refused) {
  const auto pad = gst::static_pad(pipeline.element(decoder).get(), "sink");
  gst_pad_add_probe(pad.get(), all_that_flows, watch,
                    new Limit(std::int64_t{largest.width} * largest.height, std::move(refused)),
                    [](gpointer data) { delete static_cast<Limit*>(data); });
}

}  // namespace tessera::peer
