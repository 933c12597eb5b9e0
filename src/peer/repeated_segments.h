#pragma once

#include <gst/gst.h>

namespace tessera::peer {

// Drops each segment event that says what the one before it said.
//
// webrtcbin sends sound and picture by one transport, and its rtpfunnel tells all elements behind
// it of the segment anew whenever one follows the other, a hundred times a second (1.22). Both have
// the same, and the elements know it by then.
void drop_repeated_segments(GstPad* pad);

// On each rtpfunnel inside webrtcbin, once that has set its answer.
void drop_repeated_segments(GstElement* webrtc);

}  // namespace tessera::peer
