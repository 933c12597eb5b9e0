#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/units.h"
#include "gst/i420.h"

namespace tessera::gst {

// Scales planes of one size to another, bilinearly, or by boxes where both sides become half as
// long or less. libyuv does all that; but where a line's scale isn't a simple one its loop
// takes two pixels at a time, and takes most of the time, so that here eight are taken.
// Used by one thread at a time.
class PlaneScaler {
 public:
  PlaneScaler(Resolution from, Resolution to);

  void scale(Plane from, Plane to);

 private:
  // Eight neighbours of a scaled line, out of sixteen of the line that they come from.
  struct Eight {
    alignas(16) std::array<std::uint8_t, 16> pairs;   // which two of the sixteen each is between
    alignas(16) std::array<std::int8_t, 16> weights;  // of these two; their sum is 64
    int from;                                         // where the sixteen begin
    int to;
  };

  void plan_eights();
  void scale_line(const std::uint8_t* from, std::uint8_t* to) const;

  Resolution from_;
  Resolution to_;
  std::vector<Eight> eights_;  // of a whole line; empty where libyuv scales
  std::vector<std::uint8_t> line_;
};

}  // namespace tessera::gst
