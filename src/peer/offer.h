#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tessera::peer {

// The RTP header extensions (RFC 8285) that we understand; no other is read.
inline constexpr std::string_view transport_cc_uri =
    "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";
inline constexpr std::string_view audio_level_uri = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";

enum class Direction { sendrecv, sendonly, recvonly, inactive };

struct OfferedCodec {
  int payload_type = 0;
  std::string name;  // As in a=rtpmap, upper case: "VP8", "OPUS", "RTX". Empty without one.
  int clock_rate = 0;
  std::map<std::string, std::string> parameters;  // a=fmtp, the names in lower case.
  std::vector<std::string> feedback;              // a=rtcp-fb, for example "nack pli".

  bool is_opus() const { return name == "OPUS"; }
};

struct OfferedMedia {
  int m_line_index = 0;
  std::string mid;
  Direction direction = Direction::sendrecv;  // As the client says it.
  std::vector<OfferedCodec> codecs;           // In the client's order, each payload type once.
  std::map<std::string, int> extensions;      // RTP header extensions: URI to id.
  std::vector<std::uint32_t> ssrcs;           // What the client says it will send with.
};

// What carries all media of a bundled offer: the attributes of the m-line that its BUNDLE group
// names first (RFC 8843, section 7).
struct Transport {
  int m_line_index = 0;
  bool is_bundled = false;  // A single m-line may do without a group.
  std::string ice_ufrag;
  std::string ice_password;
  std::string setup;                      // "actpass", "active" or "passive" (RFC 8842).
  std::vector<std::string> fingerprints;  // SHA-256, upper-case hex with colons (RFC 8122).
  std::vector<std::string> candidates;    // Those that came with the offer, as they are.
};

// What an SDP offer says (RFC 8866, RFC 8829), as far as it concerns us.
struct Offer {
  std::optional<OfferedMedia> audio;
  std::optional<OfferedMedia> video;
  Transport transport;
};

// Reads an offer. Every value of the result is of the form that its specification gives it, so that
// it can be written into SDP and caps again. Errors: `invalid_sdp`, `no_media`, `unsupported_media`
// (src/signalling/README.md).
Result<Offer> read_offer(const std::string& sdp);

}  // namespace tessera::peer
