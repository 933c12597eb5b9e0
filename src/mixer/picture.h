#pragma once

#include <gst/gst.h>

#include "gst/ref.h"
#include "mixer/drawing.h"

namespace tessera::mixer {

// An opaque image as a sample to composite, stamped with the running time now.
gst::Ref<GstSample> picture_sample(const Image& image);

// An image as pixels to lay over pictures (AYUV, alpha not multiplied in).
gst::Ref<GstBuffer> overlay_pixels(const Image& image);

}  // namespace tessera::mixer
