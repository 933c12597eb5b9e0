#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace tessera::peer {

// What H.264 in the form of ISO/IEC 14496-15 ("avc"), as h264parse hands it to the decoder, makes
// the decoder do. h264parse's caps don't say: they have the cropped size of the last sequence
// parameter set (SPS), but memory is allocated for the coded size of the one in use.
struct H264Work {
  std::int64_t pixels = 0;  // Coded, of the largest picture that an SPS announces; 0 without one.
  int pictures = 0;
};

struct H264Config {
  int length_size = 4;  // Of the length before each NAL unit, in bytes.
  std::int64_t pixels = 0;
};

// Reads the codec_data of caps. Nothing if it isn't as it must be, or has an SPS of a profile that
// no browser sends as constrained baseline.
std::optional<H264Config> read_h264_config(std::span<const std::uint8_t> codec_data);

// Reads the NAL units of a buffer. Nothing as above.
std::optional<H264Work> read_h264(std::span<const std::uint8_t> buffer, int length_size);

}  // namespace tessera::peer
