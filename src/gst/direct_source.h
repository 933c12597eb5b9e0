#pragma once

#include <gst/gst.h>

namespace tessera::gst {

// Registers the element "directsrc": a source without a thread of its own, whose buffers go on from
// it on the thread of whoever pushes them. For what never blocks and takes little: a packet of
// sound on its way out. Its thread would cost more than the packet, and a hundred of them take
// turns where one can go from listener to listener.
//
// Before descriptions are parsed.
void register_direct_source();

bool is_direct_source(GstElement* element);

// Ends all that the pipeline has, and waits for what is being pushed: before it is stopped, as it
// stops its last elements first. Payloaders (1.22) leak a buffer that they can't hand on.
void end_direct_sources(GstBin* pipeline);

// Pushes the sample's buffer, with running time as its time stamp. One at a time. A failure is the
// pipeline's.
void push_direct(GstElement* source, GstSample* sample);

}  // namespace tessera::gst
