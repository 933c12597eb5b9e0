#include "ingest/picture_limit.h"

#include <array>
#include <cstdint>
#include <utility>

#include "gst/pads.h"

namespace tessera::ingest {
namespace {

// Of one pad's streaming thread.
class Limit {
 public:
  Limit(Resolution largest, std::function<void()> refused)
      : pixels_(std::int64_t{largest.width} * largest.height), refused_(std::move(refused)) {}

  bool admits_event(GstEvent* event) {
    if (GST_EVENT_TYPE(event) != GST_EVENT_CAPS) return true;
    GstCaps* caps = nullptr;
    gst_event_parse_caps(event, &caps);
    const GstStructure* structure = gst_caps_get_structure(caps, 0);
    is_vp8_ = gst_structure_has_name(structure, "video/x-vp8");
    int width = 0;
    int height = 0;
    gst_structure_get(structure, "width", G_TYPE_INT, &width, "height", G_TYPE_INT, &height,
                      nullptr);
    return admits_size(width, height);
  }

  bool admits_buffer(GstBuffer* buffer) {
    if (has_refused_) return false;
    std::array<std::uint8_t, 10> head{};
    if (!is_vp8_ || gst_buffer_extract(buffer, 0, head.data(), head.size()) < head.size()) {
      return true;
    }
    const bool is_keyframe = (head[0] & 1) == 0;
    return !is_keyframe ||
           admits_size((head[7] << 8 | head[6]) & 0x3fff, (head[9] << 8 | head[8]) & 0x3fff);
  }

 private:
  bool admits_size(int width, int height) {
    if (std::int64_t{width} * height <= pixels_) return true;
    if (!std::exchange(has_refused_, true)) refused_();
    return false;
  }

  std::int64_t pixels_;
  std::function<void()> refused_;
  bool has_refused_ = false;
  bool is_vp8_ = false;
};

}  // namespace

void limit_pictures(GstElement* decoder, Resolution largest, std::function<void()> refused) {
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
