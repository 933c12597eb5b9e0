#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/video_codec.h"
#include "peer/offer.h"

namespace tessera::peer {

// What is agreed on for one m-line: one codec, with the client's own numbers.
struct AgreedMedia {
  int m_line_index = 0;
  OfferedCodec codec;
  std::optional<int> rtx_payload_type;  // Retransmissions (RFC 4588), if the client has them.
  bool send = false;                    // From us to the client.
  bool receive = false;                 // From the client to us.
  std::map<std::string, int> extensions;
};

struct Agreement {
  std::optional<AgreedMedia> audio;
  std::optional<AgreedMedia> video;
  VideoCodec video_codec = VideoCodec::vp8;
};

// Chooses Opus, and the first of `preferred` that the client has. Error: `unsupported_media`.
Result<Agreement> agree(const Offer& offer, const std::vector<VideoCodec>& preferred);

// The offer as webrtcbin gets to see it: written anew from what was read and agreed on, and nothing
// else. A client's own text never reaches webrtcbin, which believes whatever stands there: it fails
// assertions, looks up names of candidates, and answers with repeated or unwanted lines.
std::string plain_offer(const Offer& offer, const Agreement& agreement);

}  // namespace tessera::peer
