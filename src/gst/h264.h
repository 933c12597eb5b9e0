#pragma once

#include <cstdint>
#include <optional>

#include "gst/nal.h"

namespace tessera::gst {

// What H.264, as h264parse hands it to the decoder, makes the decoder do. h264parse's caps don't
// say: they have the cropped size of the last sequence parameter set (SPS), but memory is allocated
// for the coded size of the one in use.
struct H264Work {
  std::int64_t pixels = 0;  // Coded, of the largest picture that an SPS announces; 0 without one.
  int pictures = 0;
};

enum class H264Profiles {
  eight_bit,  // Baseline, main, high: a pixel takes 1.5 bytes.
  all         // That are read as by the decoder.
};

// Reads the codec_data of caps. Nothing if it isn't as it must be, or has an SPS of another
// profile.
std::optional<NalConfig> read_h264_config(Bytes codec_data,
                                          H264Profiles profiles = H264Profiles::all);

// Reads the NAL units of a buffer. Nothing as above.
std::optional<H264Work> read_h264(Bytes buffer, int length_size,
                                  H264Profiles profiles = H264Profiles::all);

}  // namespace tessera::gst
