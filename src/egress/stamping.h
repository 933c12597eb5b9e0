#pragma once

#include <gst/video/video.h>

// For probes of the pads at which media enter a pipeline that keeps them.
namespace tessera::egress {

// How long to wait for a keyframe before it is asked for again.
inline constexpr GstClockTime ask_again_after = 1 * GST_SECOND;

// The buffer of the probe, to be written to.
inline GstBuffer* writable_buffer(GstPadProbeInfo* info) {
  GstBuffer* buffer = gst_buffer_make_writable(GST_PAD_PROBE_INFO_BUFFER(info));
  GST_PAD_PROBE_INFO_DATA(info) = buffer;
  return buffer;
}

// Pictures come in the order in which they are shown, so one time is both.
inline void stamp(GstBuffer* buffer, GstClockTime position) {
  GST_BUFFER_PTS(buffer) = position;
  GST_BUFFER_DTS(buffer) = position;
}

inline GstClockTime duration_of(GstBuffer* buffer) {
  return GST_BUFFER_DURATION_IS_VALID(buffer) ? GST_BUFFER_DURATION(buffer) : 1;
}

// The route takes it from the pad, and back to the encoder.
inline void ask_for_keyframe(GstPad* inlet_pad) {
  gst_pad_send_event(inlet_pad,
                     gst_video_event_new_upstream_force_key_unit(GST_CLOCK_TIME_NONE, TRUE, 0));
}

}  // namespace tessera::egress
