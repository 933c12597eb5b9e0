#include "peer/activity.h"

#include "gst/pads.h"
#include "gst/runtime.h"
#include "peer/elements.h"

namespace tessera::peer {

void Activity::watch_transport(GstElement* webrtc) {
  using Shared = std::shared_ptr<Time>;
  *last_packet_at_ = gst::running_time();
  // A bundle has one.
  for_each_element(webrtc, "nicesrc", [this](GstElement* source) {
    const auto pad = gst::static_pad(source, "src");
    gst_pad_add_probe(
        pad.get(), gst::buffers_and_lists,
        [](GstPad*, GstPadProbeInfo*, gpointer last_packet_at) {
          **static_cast<Shared*>(last_packet_at) = gst::running_time();
          return GST_PAD_PROBE_OK;
        },
        new Shared(last_packet_at_), [](gpointer data) { delete static_cast<Shared*>(data); });
  });
}

Duration Activity::silent_for() const {
  const GstClockTime now = gst::running_time();
  const GstClockTime last = *last_packet_at_;
  return std::chrono::duration_cast<Duration>(
      std::chrono::nanoseconds(now > last ? now - last : 0));
}

}  // namespace tessera::peer
