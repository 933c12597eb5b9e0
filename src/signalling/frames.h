#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tessera::signalling {

// Reads along the frames of a WebSocket (RFC 6455, section 5.2) and counts them: messages and their
// fragments, pings, pongs and closes alike, for each is work, however few bytes it has.
//
// It judges nothing: frames that are against the protocol count as well. A value: no threads, no
// clock, no GLib, and it keeps nothing of what was sent but the header under way.
class FrameCounter {
 public:
  // Takes the next bytes, wherever they were cut, from the first frame's first byte on. Returns how
  // many frames began in them; a frame begins when its header is complete.
  int count(std::string_view bytes);

  // How many bytes the latest message has, as far as its frames have begun.
  std::uint64_t message_bytes() const { return message_bytes_; }

  // How many bytes of the latest frame, of whatever kind, are still to come.
  std::uint64_t frame_bytes_left() const { return payload_left_; }

  // How many bytes the pongs to all pings so far have.
  std::uint64_t pong_bytes() const { return pong_bytes_; }

 private:
  std::size_t header_length() const;
  std::uint64_t payload_bytes() const;
  void begin_frame();

  std::array<std::uint8_t, 14> header_{};
  std::size_t header_size_ = 0;  // Of the bytes that are there.
  std::uint64_t payload_left_ = 0;
  std::uint64_t message_bytes_ = 0;
  std::uint64_t pong_bytes_ = 0;
};

}  // namespace tessera::signalling
