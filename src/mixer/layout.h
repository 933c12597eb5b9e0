#pragma once

#include <vector>

#include "base/units.h"

namespace tessera::mixer {

// Where the tiles of `count` people go on the canvas, in reading order: 16:9, all of one size and
// as large as they can be, `gap` pixels apart, the rows as a block in the middle and the last row
// centred. One person gets the whole of a 16:9 canvas.
//
// Positions and sizes are even, because I420 has one chroma sample for 2x2 pixels; for the same
// reason an odd gap is rounded up, and the last column or line of an odd canvas stays empty. A gap
// that leaves no room for the tiles is left out. Empty for nobody, and for a canvas with less than
// 2x2 pixels for each.
std::vector<Rectangle> grid(int count, Resolution canvas, int gap);

// What happens to a camera whose shape isn't its tile's.
enum class Fit {
  cover,    // fills the tile; what stands out is cropped
  contain,  // is seen whole; the rest of the tile stays empty
};

}  // namespace tessera::mixer
