#include "mixer/picture.h"

#include <gst/video/video.h>

#include <memory>

#include "gst/raw_video.h"
#include "gst/runtime.h"

namespace tessera::mixer {
namespace {

GstVideoInfo info_of(GstVideoFormat format, Resolution size) {
  GstVideoInfo info;
  gst_video_info_set_format(&info, format, static_cast<guint>(size.width),
                            static_cast<guint>(size.height));
  if (GST_VIDEO_INFO_IS_YUV(&info)) {
    gst_video_colorimetry_from_string(&info.colorimetry, gst::colorimetry);
  }
  return info;
}

gst::Ref<GstBuffer> bgra_pixels(const Image& image, const GstVideoInfo& info) {
  auto buffer = gst::Ref<GstBuffer>::adopt(gst_buffer_new_allocate(nullptr, info.size, nullptr));
  const auto row_bytes = static_cast<gsize>(GST_VIDEO_INFO_PLANE_STRIDE(&info, 0));
  for (int y = 0; y < image.size.height; ++y) {
    gst_buffer_fill(buffer.get(), static_cast<gsize>(y) * row_bytes,
                    image.argb.data() + static_cast<std::size_t>(y) * image.stride, row_bytes);
  }
  return buffer;
}

// Cairo multiplies the colours by alpha.
GstVideoAlphaMode premultiplied_input(const GstVideoInfo& info) {
  return GST_VIDEO_INFO_HAS_ALPHA(&info) ? GST_VIDEO_ALPHA_MODE_COPY : GST_VIDEO_ALPHA_MODE_SET;
}

gst::Ref<GstBuffer> convert(const Image& image, const GstVideoInfo& to) {
  GstVideoInfo from = info_of(GST_VIDEO_FORMAT_BGRA, image.size);
  if (GST_VIDEO_INFO_HAS_ALPHA(&to)) {
    from.flags = static_cast<GstVideoFlags>(from.flags | GST_VIDEO_FLAG_PREMULTIPLIED_ALPHA);
  }
  GstVideoInfo target = to;
  auto source = bgra_pixels(image, from);
  auto result = gst::Ref<GstBuffer>::adopt(gst_buffer_new_allocate(nullptr, to.size, nullptr));
  const std::unique_ptr<GstVideoConverter, gst::FreeWith<gst_video_converter_free>> converter(
      gst_video_converter_new(
          &from, &target,
          gst_structure_new("config", GST_VIDEO_CONVERTER_OPT_ALPHA_MODE, GST_TYPE_VIDEO_ALPHA_MODE,
                            premultiplied_input(to), nullptr)));
  GstVideoFrame in;
  GstVideoFrame out;
  gst_video_frame_map(&in, &from, source.get(), GST_MAP_READ);
  gst_video_frame_map(&out, &target, result.get(), GST_MAP_WRITE);
  gst_video_converter_frame(converter.get(), &in, &out);
  gst_video_frame_unmap(&out);
  gst_video_frame_unmap(&in);
  return result;
}

}  // namespace

gst::Ref<GstSample> picture_sample(const Image& image) {
  auto buffer = convert(image, info_of(GST_VIDEO_FORMAT_I420, image.size));
  GST_BUFFER_PTS(buffer.get()) = gst::running_time();
  const auto caps = gst::Ref<GstCaps>::adopt(
      gst_caps_from_string((gst::raw_video_caps(image.size) + ",framerate=0/1").c_str()));
  return gst::Ref<GstSample>::adopt(gst_sample_new(buffer.get(), caps.get(), nullptr, nullptr));
}

gst::Ref<GstBuffer> overlay_pixels(const Image& image) {
  const GstVideoInfo info = info_of(GST_VIDEO_OVERLAY_COMPOSITION_FORMAT_YUV, image.size);
  auto buffer = convert(image, info);
  gst_buffer_add_video_meta(buffer.get(), GST_VIDEO_FRAME_FLAG_NONE, GST_VIDEO_INFO_FORMAT(&info),
                            static_cast<guint>(image.size.width),
                            static_cast<guint>(image.size.height));
  return buffer;
}

}  // namespace tessera::mixer
