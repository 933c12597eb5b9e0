#pragma once

#include <gst/gst.h>

namespace tessera::peer {

// Keep a client from making webrtcbin (1.22) do or hold ever more. What goes beyond is dropped, and
// concerns only the client's own connection. Packets pass on webrtcbin's threads.

// From what comes in over the network: srtpdec keeps a stream for each SSRC that it has ever seen,
// even where no packet of it was authentic. Takes 16, a browser sends with five. Once webrtcbin has
// its transport, and before the client may have sent anything.
void limit_streams(GstElement* webrtc);

// As above, of one transport's source pad.
void limit_streams(GstPad* source);

// From RTCP that was found authentic, before a session takes it by this pad: each of a NACK's FCI
// becomes up to 17 events, and each of these a packet that is sent again (RFC 4585, section 6.2.1).
void limit_retransmissions(GstPad* rtcp);

}  // namespace tessera::peer
