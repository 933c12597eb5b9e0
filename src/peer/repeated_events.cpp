#include "peer/repeated_events.h"

#include <algorithm>
#include <mutex>
#include <vector>

#include "gst/pads.h"
#include "gst/ref.h"
#include "peer/elements.h"

namespace tessera::peer {
namespace {

// Of one pad, by which the threads of several streams may send events at the same time.
class Passed {
 public:
  Passed() { gst_segment_init(&segment_, GST_FORMAT_UNDEFINED); }  // As no event's.

  // Whether it says nothing new; from now on it doesn't.
  bool has(GstEvent* event) {
    const std::lock_guard lock(mutex_);
    if (GST_EVENT_TYPE(event) == GST_EVENT_CUSTOM_DOWNSTREAM_STICKY) {
      if (std::ranges::find(others_, event, &EventRef::get) != others_.end()) return true;
      others_.push_back(EventRef::share(event));
      return false;
    }
    if (GST_EVENT_TYPE(event) != GST_EVENT_SEGMENT) return false;
    const GstSegment* segment = nullptr;
    gst_event_parse_segment(event, &segment);
    if (gst_segment_is_equal(segment, &segment_)) return true;
    gst_segment_copy_into(segment, &segment_);
    return false;
  }

 private:
  using EventRef = gst::Ref<GstEvent>;

  std::mutex mutex_;
  GstSegment segment_;
  std::vector<EventRef> others_;  // One for each stream.
};

GstPadProbeReturn drop_if_repeated(GstPad*, GstPadProbeInfo* info, gpointer passed) {
  GstEvent* event = GST_PAD_PROBE_INFO_EVENT(info);
  if (!static_cast<Passed*>(passed)->has(event)) return GST_PAD_PROBE_OK;
  // One that is dropped would be sent again before each buffer.
  gst_event_unref(event);
  return GST_PAD_PROBE_HANDLED;
}

}  // namespace

void drop_repeated_events(GstPad* pad) {
  gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, drop_if_repeated, new Passed,
                    [](gpointer passed) { delete static_cast<Passed*>(passed); });
}

void drop_repeated_events(GstElement* webrtc) {
  for_each_element(webrtc, "rtpfunnel", [](GstElement* funnel) {
    const auto pad = gst::static_pad(funnel, "src");
    drop_repeated_events(pad.get());
  });
}

}  // namespace tessera::peer
