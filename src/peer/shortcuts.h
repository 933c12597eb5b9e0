#pragma once

#include <gst/gst.h>

namespace tessera::peer {

// Ways past elements of webrtcbin's (1.22) that are of no use once the connection stands. Buffers
// go straight on from one pad to another, on the same thread; events take the long way as before.
//
// Once the connection stands. Those who look at packets at the pads where a shortcut begins (the
// source pads of nicesrc, of srtpenc, and of the payloaders) have to be there before.

// Past a queue that keeps packets until ICE has connected. From then on it only costs a change of
// threads for each packet. nicesrc's thread goes on with the packet itself, as far as the jitter
// buffer, which never blocks.
void shorten_receive_path(GstElement* webrtc);

// Past a capsfilter, a clocksync (mixes are late by then) and the encoders of forward error
// correction (which isn't agreed on). They take the lists apart in which payloaders hand on a
// frame's packets, and then each packet goes by itself through all elements behind them. And behind
// the encryption past another clocksync and a funnel, which tells nicesink of the caps anew
// whenever RTP follows RTCP.
void shorten_send_path(GstElement* webrtc);

}  // namespace tessera::peer
