#pragma once

#include <gst/gst.h>

namespace tessera::gst {

// Starts GStreamer, once for the whole program, and routes its log into ours. GST_DEBUG keeps its
// meaning.
void start_gstreamer();

// The one clock and base time of all pipelines: a running time means the same in each of them, so
// buffers can move from one to another unchanged and lip sync survives.
GstClock* shared_clock();
GstClockTime shared_base_time();

// The running time now, in every pipeline.
GstClockTime running_time();

}  // namespace tessera::gst
