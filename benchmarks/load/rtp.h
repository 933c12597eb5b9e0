#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "load/bytes.h"

namespace tessera::bench {

// The header extensions that the load offers, with their ids.
constexpr int audio_level_id = 1;   // RFC 6464
constexpr int transport_cc_id = 3;  // draft-holmer-rmcat-transport-wide-cc-extensions-01

// RFC 3550, section 5.1.
struct RtpHeader {
  int payload_type = 0;
  bool marker = false;
  std::uint16_t sequence = 0;
  std::uint32_t timestamp = 0;
  std::uint32_t ssrc = 0;
  std::optional<int> audio_level;  // dB below overload
  std::optional<std::uint16_t> transport_sequence;
};

struct RtpPacket {
  RtpHeader header;
  Bytes payload;  // of the packet that was read
};

// Into `packet`, whose memory is used again.
void write_rtp(const RtpHeader& header, Bytes payload, std::vector<std::uint8_t>& packet);
std::optional<RtpPacket> read_rtp(Bytes packet);

}  // namespace tessera::bench
