#include "signalling/frames.h"

#include <algorithm>
#include <limits>
#include <span>

namespace tessera::signalling {
namespace {

constexpr std::size_t shortest_header = 2;
constexpr std::size_t masking_key = 4;

// The values of the 7-bit length that say that 2 or 8 bytes with the length follow.
constexpr std::uint8_t two_bytes = 126;
constexpr std::uint8_t eight_bytes = 127;

constexpr std::uint8_t continuation = 0;
constexpr std::uint8_t ping = 9;

std::size_t length_bytes(std::uint8_t length) {
  if (length == two_bytes) return 2;
  return length == eight_bytes ? 8 : 0;
}

// A length of 64 bits may be anything.
std::uint64_t sum(std::uint64_t a, std::uint64_t b) {
  return a > std::numeric_limits<std::uint64_t>::max() - b
             ? std::numeric_limits<std::uint64_t>::max()
             : a + b;
}

}  // namespace

int FrameCounter::count(std::string_view bytes) {
  int frames = 0;
  while (!bytes.empty()) {
    if (payload_left_ > 0) {
      const std::size_t passed = std::min<std::uint64_t>(payload_left_, bytes.size());
      payload_left_ -= passed;
      bytes.remove_prefix(passed);
      continue;
    }
    header_.at(header_size_++) = static_cast<std::uint8_t>(bytes.front());
    bytes.remove_prefix(1);
    if (header_size_ < header_length()) continue;
    begin_frame();
    ++frames;
  }
  return frames;
}

std::size_t FrameCounter::header_length() const {
  if (header_size_ < shortest_header) return shortest_header;
  const bool is_masked = (header_[1] & 0x80) != 0;
  return shortest_header + length_bytes(header_[1] & 0x7f) + (is_masked ? masking_key : 0);
}

std::uint64_t FrameCounter::payload_bytes() const {
  const std::uint8_t length = header_[1] & 0x7f;
  if (length < two_bytes) return length;
  std::uint64_t bytes = 0;
  for (const std::uint8_t byte : std::span(header_).subspan(2, length_bytes(length))) {
    bytes = bytes << 8 | byte;
  }
  return bytes;
}

void FrameCounter::begin_frame() {
  payload_left_ = payload_bytes();
  header_size_ = 0;
  const std::uint8_t opcode = header_[0] & 0x0f;
  const bool is_control = (opcode & 0x08) != 0;
  // A server's frame has no mask, and the payload of what it answers.
  if (opcode == ping) pong_bytes_ = sum(pong_bytes_, sum(shortest_header, payload_left_));
  if (is_control) return;
  message_bytes_ = sum(opcode == continuation ? message_bytes_ : 0, payload_left_);
}

}  // namespace tessera::signalling
