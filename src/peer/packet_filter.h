#pragma once

#include <gst/gst.h>

#include <functional>

namespace tessera::peer {

// Whether a packet may pass.
using PacketFilter = std::function<bool(GstBuffer*)>;

// Lets pass on this pad what is admitted. Each packet is asked about once, on the pad's thread.
void filter_packets(GstPad* pad, PacketFilter admits);

}  // namespace tessera::peer
