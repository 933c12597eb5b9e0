#include "peer/repeated_segments.h"

#include "gst/pads.h"
#include "gst/ref.h"
#include "peer/elements.h"

namespace tessera::peer {
namespace {

GstPadProbeReturn drop_if_repeated(GstPad*, GstPadProbeInfo* info, gpointer data) {
  GstEvent* event = GST_PAD_PROBE_INFO_EVENT(info);
  if (GST_EVENT_TYPE(event) != GST_EVENT_SEGMENT) return GST_PAD_PROBE_OK;
  auto& former = *static_cast<GstSegment*>(data);
  const GstSegment* segment = nullptr;
  gst_event_parse_segment(event, &segment);
  if (gst_segment_is_equal(segment, &former)) {
    // One that is dropped would be sent again before each buffer.
    gst_event_unref(event);
    return GST_PAD_PROBE_HANDLED;
  }
  gst_segment_copy_into(segment, &former);
  return GST_PAD_PROBE_OK;
}

}  // namespace

void drop_repeated_segments(GstPad* pad) {
  // Its format is undefined: no event's is.
  gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, drop_if_repeated, gst_segment_new(),
                    [](gpointer data) { gst_segment_free(static_cast<GstSegment*>(data)); });
}

void drop_repeated_segments(GstElement* webrtc) {
  for_each_element(webrtc, "rtpfunnel", [](GstElement* funnel) {
    const auto pad = gst::static_pad(funnel, "src");
    drop_repeated_segments(pad.get());
  });
}

}  // namespace tessera::peer
