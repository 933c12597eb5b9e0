#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>

// NAL units, of which H.264 and H.265 are made, and how they lie in buffers.
namespace tessera::gst {

using Bytes = std::span<const std::uint8_t>;

// What the codec_data of caps says.
struct NalConfig {
  int length_size = 4;      // Of the length before each NAL unit, in bytes.
  std::int64_t pixels = 0;  // Coded, of the largest picture that its parameter sets announce.
};

// No side of a picture has so many blocks or pixels: what is larger need not be told apart.
inline constexpr std::uint64_t longest_side = 1 << 16;

// Takes a length and so many bytes from the front. Nothing if they aren't there, or have a start
// code among them, which no NAL unit has (H.264, section 7.4.1): FFmpeg takes what follows for a
// further one.
std::optional<Bytes> take_nal(Bytes& bytes, int length_size);

// Calls `read` with each NAL unit of a buffer. A length size of 0 means that start codes stand
// before them (H.264 and H.265, annex B). False as soon as `read` says so, or if the buffer isn't
// as it must be.
bool read_nals(Bytes buffer, int length_size, const std::function<bool(Bytes)>& read);

}  // namespace tessera::gst
