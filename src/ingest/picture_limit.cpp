#include "ingest/picture_limit.h"

#include <cstdint>
#include <optional>
#include <utility>

#include "gst/h264.h"
#include "gst/h265.h"
#include "gst/nal.h"
#include "gst/pads.h"

namespace tessera::ingest {
namespace {

using gst::Bytes;

constexpr const char* too_large = "The source's pictures are too large.";
// Buffers in a row; more than a loss of packets makes so.
constexpr int most_unread = 100;

constexpr const char* unreadable = "The source's pictures can't be read.";

// What `read` says of a buffer's bytes; nothing if they can't be read.
template <typename Read>
auto read_buffer(GstBuffer* buffer, const Read& read) -> decltype(read({})) {
  GstMapInfo map;
  if (!gst_buffer_map(buffer, &map, GST_MAP_READ)) return std::nullopt;
  const auto result = read(Bytes(map.data, map.size));
  gst_buffer_unmap(buffer, &map);
  return result;
}

// The pixels that a buffer announces; 0 if it announces none.
using Announced = std::optional<std::int64_t>;

Announced read_vp8(Bytes bytes) {
  const bool is_keyframe = bytes.size() >= 10 && (bytes[0] & 1) == 0;
  if (!is_keyframe) return 0;
  const auto side = [&](std::size_t at) { return (bytes[at + 1] << 8 | bytes[at]) & 0x3fff; };
  return std::int64_t{side(6)} * side(8);
}

std::optional<gst::NalConfig> read_h264_config(Bytes bytes) { return gst::read_h264_config(bytes); }

Announced read_h264(Bytes bytes, int length_size) {
  const auto work = gst::read_h264(bytes, length_size);
  return work ? Announced(work->pixels) : std::nullopt;
}

// A picture is coded in whole blocks, of which the largest have that many pixels on each side
// (H.265).
constexpr int largest_block = 64;

std::int64_t in_blocks(int side) {
  return (side + largest_block - 1) / largest_block * largest_block;
}

// Of one pad's streaming thread.
class Limit {
 public:
  Limit(Resolution largest, std::function<void(const std::string&)> refused)
      : pixels_(in_blocks(largest.width) * in_blocks(largest.height)),
        refused_(std::move(refused)) {}

  bool admits_event(GstEvent* event) {
    if (GST_EVENT_TYPE(event) != GST_EVENT_CAPS) return true;
    GstCaps* caps = nullptr;
    gst_event_parse_caps(event, &caps);
    const GstStructure* structure = gst_caps_get_structure(caps, 0);
    int width = 0;
    int height = 0;
    gst_structure_get(structure, "width", G_TYPE_INT, &width, "height", G_TYPE_INT, &height,
                      nullptr);
    return admits_pixels(std::int64_t{width} * height) && admits_codec(structure);
  }

  bool admits_buffer(GstBuffer* buffer) {
    if (has_refused_) return false;
    if (!read_) return true;
    const Announced pixels = read_buffer(buffer, read_);
    // One that can't be read, after a loss of packets say, isn't worth the source.
    if (!pixels) return ++unread_ > most_unread && refuse(unreadable);
    unread_ = 0;
    return admits_pixels(*pixels);
  }

 private:
  bool admits_codec(const GstStructure* caps) {
    read_ = nullptr;
    if (gst_structure_has_name(caps, "video/x-vp8")) read_ = read_vp8;
    if (gst_structure_has_name(caps, "video/x-h264")) {
      return admits_nals(caps, read_h264_config, read_h264);
    }
    if (gst_structure_has_name(caps, "video/x-h265")) {
      return admits_nals(caps, gst::read_h265_config, gst::read_h265);
    }
    return true;
  }

  // Without codec_data it is a byte stream.
  bool admits_nals(const GstStructure* caps, std::optional<gst::NalConfig> (*read_config)(Bytes),
                   Announced (*read)(Bytes, int length_size)) {
    gst::NalConfig config{0, 0};
    if (const GValue* codec_data = gst_structure_get_value(caps, "codec_data")) {
      const auto given = read_buffer(gst_value_get_buffer(codec_data), read_config);
      if (!given) return refuse(unreadable);
      config = *given;
    }
    read_ = [=](Bytes bytes) { return read(bytes, config.length_size); };
    return admits_pixels(config.pixels);
  }

  bool admits_pixels(std::int64_t pixels) { return pixels <= pixels_ || refuse(too_large); }

  bool refuse(const char* why) {
    if (!std::exchange(has_refused_, true)) refused_(why);
    return false;
  }

  std::int64_t pixels_;
  std::function<void(const std::string&)> refused_;
  bool has_refused_ = false;
  int unread_ = 0;                        // In a row.
  std::function<Announced(Bytes)> read_;  // Of what is read at all.
};

}  // namespace

void limit_pictures(GstElement* decoder, Resolution largest,
                    std::function<void(const std::string& why)> refused) {
  const auto pad = gst::static_pad(decoder, "sink");
  if (!pad) return;
  gst_pad_add_probe(
      pad.get(), GstPadProbeType(GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM),
      [](GstPad*, GstPadProbeInfo* info, gpointer data) {
        auto& limit = *static_cast<Limit*>(data);
        const bool is_buffer = (GST_PAD_PROBE_INFO_TYPE(info) & GST_PAD_PROBE_TYPE_BUFFER) != 0;
        const bool is_admitted = is_buffer ? limit.admits_buffer(GST_PAD_PROBE_INFO_BUFFER(info))
                                           : limit.admits_event(GST_PAD_PROBE_INFO_EVENT(info));
        return is_admitted ? GST_PAD_PROBE_OK : GST_PAD_PROBE_DROP;
      },
      new Limit(largest, std::move(refused)),
      [](gpointer data) { delete static_cast<Limit*>(data); });
}

}  // namespace tessera::ingest
