#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/units.h"

namespace tessera::bench {

// A frame's number drawn into its picture, as a row of black and white blocks for its bits above a
// row of their opposites, so that a picture without a number isn't taken for one. It survives
// encoding and scaling.
constexpr int time_code_bits = 12;

// I420: grey, with the number.
std::vector<std::uint8_t> picture_with_time_code(Resolution size, int number);

// The luma plane of a picture, and where in it the tile with the number is.
struct LumaPlane {
  const std::uint8_t* pixels = nullptr;
  int stride = 0;
  Resolution size;
};
// Nothing if no number is there.
std::optional<int> read_time_code(const LumaPlane& luma, const Rectangle& tile);

}  // namespace tessera::bench
