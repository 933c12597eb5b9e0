#pragma once

#include <cstdint>
#include <optional>

#include "gst/nal.h"

namespace tessera::gst {

// As of H.264 (h264.h): how many pixels the decoder takes memory for isn't what h265parse's caps
// say.

// Reads the codec_data of caps. Nothing if it isn't as it must be.
std::optional<NalConfig> read_h265_config(Bytes codec_data);

// The coded pixels of the largest picture that an SPS in a buffer announces; 0 without one. Nothing
// as above.
std::optional<std::int64_t> read_h265(Bytes buffer, int length_size);

}  // namespace tessera::gst
