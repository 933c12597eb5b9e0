#pragma once

#include <gst/gst.h>

namespace tessera::peer {

// Takes what comes in over the network past a queue of webrtcbin's (1.22) that is of no use once
// the connection stands: it keeps packets until ICE has connected. From then on it only costs a
// change of threads for each packet. nicesrc's thread goes on with the packet itself, as far as the
// jitter buffer, which never blocks.
//
// Once the connection stands. Those who look at packets at nicesrc's source pad have to be there
// before.
void shorten_receive_path(GstElement* webrtc);

}  // namespace tessera::peer
