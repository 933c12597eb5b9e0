#include "load/rtp.h"

#include "load/bytes.h"

namespace tessera::bench {
namespace {

constexpr std::size_t fixed_header = 12;
constexpr unsigned one_byte_extensions = 0xbede;  // RFC 8285, section 4.2

void read_extensions(Bytes elements, RtpHeader& header) {
  for (std::size_t at = 0; at + 1 < elements.size();) {
    const int id = elements[at] >> 4U;
    const std::size_t size = (elements[at] & 15U) + 1;
    if (id == 0) {  // Padding.
      ++at;
      continue;
    }
    if (at + 1 + size > elements.size()) return;
    if (id == audio_level_id) header.audio_level = elements[at + 1] & 127U;
    if (id == transport_cc_id && size == 2) {
      header.transport_sequence = static_cast<std::uint16_t>(get<2>(elements, at + 1));
    }
    at += 1 + size;
  }
}

}  // namespace

void write_rtp(const RtpHeader& header, Bytes payload, std::vector<std::uint8_t>& packet) {
  packet.clear();
  const bool extended = header.audio_level || header.transport_sequence;
  put<1>(packet, extended ? 0x90 : 0x80);
  put<1>(packet, (header.marker ? 0x80U : 0U) | static_cast<unsigned>(header.payload_type));
  put<2>(packet, header.sequence);
  put<4>(packet, header.timestamp);
  put<4>(packet, header.ssrc);
  if (extended) {
    put<2>(packet, one_byte_extensions);
    const std::size_t words_at = packet.size();
    put<2>(packet, 0);
    if (header.audio_level) {
      put<1>(packet, audio_level_id << 4U);
      put<1>(packet, static_cast<unsigned>(*header.audio_level));
    }
    if (header.transport_sequence) {
      put<1>(packet, transport_cc_id << 4U | 1U);
      put<2>(packet, *header.transport_sequence);
    }
    while ((packet.size() - words_at - 2) % 4 != 0) put<1>(packet, 0);
    packet[words_at + 1] = static_cast<std::uint8_t>((packet.size() - words_at - 2) / 4);
  }
  packet.insert(packet.end(), payload.begin(), payload.end());
}

std::optional<RtpPacket> read_rtp(Bytes packet) {
  if (packet.size() < fixed_header || packet[0] >> 6U != 2) return std::nullopt;
  RtpPacket read;
  read.header.marker = (packet[1] & 0x80U) != 0;
  read.header.payload_type = packet[1] & 0x7fU;
  read.header.sequence = static_cast<std::uint16_t>(get<2>(packet, 2));
  read.header.timestamp = static_cast<std::uint32_t>(get<4>(packet, 4));
  read.header.ssrc = static_cast<std::uint32_t>(get<4>(packet, 8));
  std::size_t at = fixed_header + 4U * (packet[0] & 15U);
  if ((packet[0] & 0x10U) != 0) {
    if (packet.size() < at + 4) return std::nullopt;
    const std::size_t size = 4 * get<2>(packet, at + 2);
    if (packet.size() < at + 4 + size) return std::nullopt;
    if (get<2>(packet, at) == one_byte_extensions) {
      read_extensions(packet.subspan(at + 4, size), read.header);
    }
    at += 4 + size;
  }
  const std::size_t padding = (packet[0] & 0x20U) != 0 ? packet.back() : 0U;
  if (packet.size() < at + padding) return std::nullopt;
  read.payload = packet.subspan(at, packet.size() - at - padding);
  return read;
}

}  // namespace tessera::bench
