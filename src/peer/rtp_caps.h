#pragma once

#include <cstdint>
#include <string>

#include "peer/agreement.h"

namespace tessera::peer {

// The codec-preferences of a transceiver, as caps in text: exactly what the answer is to say of
// this m-line. webrtcbin leaves out feedback and header extensions that don't stand there.
std::string codec_preferences(const AgreedMedia& media);

// The caps behind the payloader: as above, but without what only concerns the receiving direction.
// The SSRC must stand there before negotiation, or the answer names 0 and retransmissions can't be
// matched.
std::string payload_caps(const AgreedMedia& media, std::uint32_t ssrc);

}  // namespace tessera::peer
