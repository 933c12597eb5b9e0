#pragma once

#include <gst/gst.h>

namespace tessera::peer {

// Drops each segment event that says what the one before it said, and each custom sticky event that
// passed before.
//
// webrtcbin sends sound and picture by one transport, and its rtpfunnel tells all elements behind
// it of the segment anew whenever one follows the other, a hundred times a second, and of the
// priority in which webrtcbin wants its packets sent (1.22). Both streams have the same, and the
// elements know it by then.
void drop_repeated_events(GstPad* pad);

// On each rtpfunnel inside webrtcbin, once that has set its answer.
void drop_repeated_events(GstElement* webrtc);

}  // namespace tessera::peer
