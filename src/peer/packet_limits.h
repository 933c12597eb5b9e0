#pragma once

#include <gst/gst.h>

#include <cstdint>
#include <vector>

namespace tessera::peer {

// Keep a client from making webrtcbin (1.22) do or hold ever more. What goes beyond is dropped, and
// concerns only the client's own connection. Packets pass on webrtcbin's threads.

// From what comes in over the network: srtpdec keeps a stream for each SSRC that it has ever seen,
// even where no packet of it was authentic. Takes 16 of those that the offer names, which nobody
// else's packets can use up, and 16 others; a browser sends with five. Once webrtcbin has its
// transport, and before the client may have sent anything.
void limit_streams(GstElement* webrtc, const std::vector<std::uint32_t>& offered);

// As above, of one transport's source pad.
void limit_streams(GstPad* source, const std::vector<std::uint32_t>& offered);

// From RTCP that was found authentic, before a session takes it by this pad: each of a NACK's FCI
// becomes up to 17 events, and each of these a packet that is sent again (RFC 4585, section 6.2.1).
void limit_retransmissions(GstPad* rtcp);

// From packets of Opus: a few bytes may hold 120 ms of sound, all of which is decoded. In the long
// run a client may send half as much again as fits into the time, after a stall two seconds.
void limit_sound(GstPad* depayloader_sink);

}  // namespace tessera::peer
