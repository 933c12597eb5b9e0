#pragma once

#include <gst/video/video.h>

#include <cstddef>
#include <cstdint>

namespace tessera::gst {

// One plane of a picture, as libyuv takes it.
struct Plane {
  std::uint8_t* data;
  int stride;  // bytes from one line to the next
};

// The plane (0: Y, 1: U, 2: V) of a mapped I420 frame, from the pixel at x and y on. Both are even,
// as chroma has a sample for two pixels.
inline Plane plane_of(GstVideoFrame& frame, int component, int x = 0, int y = 0) {
  const int shift = component == 0 ? 0 : 1;
  const int stride = GST_VIDEO_FRAME_PLANE_STRIDE(&frame, component);
  auto* data = static_cast<std::uint8_t*>(GST_VIDEO_FRAME_PLANE_DATA(&frame, component));
  return {data + std::ptrdiff_t{y >> shift} * stride + (x >> shift), stride};
}

}  // namespace tessera::gst
