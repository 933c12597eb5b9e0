#pragma once

#include <gst/gst.h>

#include <cstdint>
#include <vector>

#include "base/units.h"
#include "gst/ref.h"
#include "mixer/drawing.h"

namespace tessera::mixer {

// An opaque image as a sample to composite, stamped with the running time now.
gst::Ref<GstSample> picture_sample(const Image& image);

// An image to lay over pictures: planes without padding, U and V half as wide and high (rounded
// up), alpha not multiplied in.
struct OverlayPixels {
  int chroma_width() const { return (size.width + 1) / 2; }

  Resolution size;
  std::vector<std::uint8_t> y;
  std::vector<std::uint8_t> u;
  std::vector<std::uint8_t> v;
  std::vector<std::uint8_t> alpha;
};

OverlayPixels overlay_pixels(const Image& image);

}  // namespace tessera::mixer
