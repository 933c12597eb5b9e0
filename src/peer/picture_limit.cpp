#include "peer/picture_limit.h"

#include <cstdint>
#include <utility>

namespace tessera::peer {
namespace {

constexpr auto all_that_flows =
    GstPadProbeType(GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST |
                    GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM);

// Of one pad's streaming thread.
struct Limit {
  std::int64_t pixels;
  std::function<void()> refused;
  bool has_refused = false;
};

// The pixels that an event announces, if it is one of caps; else 0.
std::int64_t announced_pixels(GstPadProbeInfo* info) {
  GstEvent* event = GST_PAD_PROBE_INFO_EVENT(info);
  if (GST_EVENT_TYPE(event) != GST_EVENT_CAPS) return 0;
  GstCaps* caps = nullptr;
  gst_event_parse_caps(event, &caps);
  const GstStructure* structure = gst_caps_get_structure(caps, 0);
  int width = 0;
  int height = 0;
  gst_structure_get(structure, "width", G_TYPE_INT, &width, "height", G_TYPE_INT, &height, nullptr);
  return std::int64_t{width} * height;
}

GstPadProbeReturn watch(GstPad*, GstPadProbeInfo* info, gpointer data) {
  auto* limit = static_cast<Limit*>(data);
  const bool is_event = (GST_PAD_PROBE_INFO_TYPE(info) & GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM) != 0;
  if (is_event && announced_pixels(info) <= limit->pixels) return GST_PAD_PROBE_OK;
  if (is_event && !std::exchange(limit->has_refused, true)) limit->refused();
  return limit->has_refused ? GST_PAD_PROBE_DROP : GST_PAD_PROBE_OK;
}

}  // namespace

void limit_pictures(const gst::Pipeline& pipeline, const std::string& decoder, Resolution largest,
                    std::function<void()> refused) {
  const auto pad =
      gst::Ref<GstPad>::adopt(gst_element_get_static_pad(pipeline.element(decoder).get(), "sink"));
  gst_pad_add_probe(pad.get(), all_that_flows, watch,
                    new Limit{std::int64_t{largest.width} * largest.height, std::move(refused)},
                    [](gpointer data) { delete static_cast<Limit*>(data); });
}

}  // namespace tessera::peer
