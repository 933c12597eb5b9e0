#include "mixer/picture.h"

#include <libyuv/convert.h>
#include <libyuv/planar_functions.h>

#include "gst/i420.h"
#include "gst/raw_video.h"
#include "gst/runtime.h"

namespace tessera::mixer {

// libyuv's ARGB is cairo's, its I420 BT.601 as the canvas's.

gst::Ref<GstSample> picture_sample(const Image& image) {
  const Resolution& size = image.size;
  GstVideoInfo info;
  gst_video_info_set_format(&info, GST_VIDEO_FORMAT_I420, static_cast<guint>(size.width),
                            static_cast<guint>(size.height));
  auto buffer = gst::Ref<GstBuffer>::adopt(gst_buffer_new_allocate(nullptr, info.size, nullptr));
  GstVideoFrame frame;
  gst_video_frame_map(&frame, &info, buffer.get(), GST_MAP_WRITE);
  const gst::Plane y = gst::plane_of(frame, 0);
  const gst::Plane u = gst::plane_of(frame, 1);
  const gst::Plane v = gst::plane_of(frame, 2);
  libyuv::ARGBToI420(image.argb.data(), image.stride, y.data, y.stride, u.data, u.stride, v.data,
                     v.stride, size.width, size.height);
  gst_video_frame_unmap(&frame);
  GST_BUFFER_PTS(buffer.get()) = gst::running_time();
  const auto caps = gst::Ref<GstCaps>::adopt(
      gst_caps_from_string((gst::raw_video_caps(size) + ",framerate=0/1").c_str()));
  return gst::Ref<GstSample>::adopt(gst_sample_new(buffer.get(), caps.get(), nullptr, nullptr));
}

OverlayPixels overlay_pixels(const Image& image) {
  const auto [width, height] = image.size;
  OverlayPixels pixels{.size = image.size};
  const auto area = static_cast<std::size_t>(width) * height;
  const auto chroma_area = static_cast<std::size_t>(pixels.chroma_width()) * ((height + 1) / 2);
  pixels.y.resize(area);
  pixels.u.resize(chroma_area);
  pixels.v.resize(chroma_area);
  pixels.alpha.resize(area);
  std::vector<std::uint8_t> argb(area * 4);
  libyuv::ARGBUnattenuate(image.argb.data(), image.stride, argb.data(), width * 4, width, height);
  libyuv::ARGBExtractAlpha(argb.data(), width * 4, pixels.alpha.data(), width, width, height);
  libyuv::ARGBToI420(argb.data(), width * 4, pixels.y.data(), width, pixels.u.data(),
                     pixels.chroma_width(), pixels.v.data(), pixels.chroma_width(), width, height);
  return pixels;
}

}  // namespace tessera::mixer
