#include "mixer/labels.h"

#include <libyuv/planar_functions.h>

#include <mutex>
#include <utility>

#include "gst/i420.h"
#include "gst/pads.h"
#include "mixer/picture.h"

namespace tessera::mixer {
namespace {

// A label made ready to be blended. Chroma has a sample for two pixels, so it begins at an even
// one.
struct Overlay {
  explicit Overlay(const Label& label)
      : pixels(overlay_pixels(label.image)), x(label.x & ~1), y(label.y & ~1) {}

  OverlayPixels pixels;
  int x;
  int y;
};

void blend(const Overlay& overlay, GstVideoFrame& canvas) {
  const gst::Plane y = gst::plane_of(canvas, 0, overlay.x, overlay.y);
  const gst::Plane u = gst::plane_of(canvas, 1, overlay.x, overlay.y);
  const gst::Plane v = gst::plane_of(canvas, 2, overlay.x, overlay.y);
  const OverlayPixels& over = overlay.pixels;
  libyuv::I420Blend(over.y.data(), over.size.width, over.u.data(), over.chroma_width(),
                    over.v.data(), over.chroma_width(), y.data, y.stride, u.data, u.stride, v.data,
                    v.stride, over.alpha.data(), over.size.width, y.data, y.stride, u.data,
                    u.stride, v.data, v.stride, over.size.width, over.size.height);
}

}  // namespace

// What is drawn: set by the control thread, read by the canvas's.
class Labels::Layer {
 public:
  explicit Layer(Resolution canvas) {
    gst_video_info_set_format(&info_, GST_VIDEO_FORMAT_I420, static_cast<guint>(canvas.width),
                              static_cast<guint>(canvas.height));
  }

  void set(std::vector<Overlay> overlays) {
    const std::lock_guard lock(mutex_);
    std::swap(overlays_, overlays);
  }

  // The buffer with the labels, which is a copy only if others hold it too.
  GstBuffer* draw_on(GstBuffer* buffer) {
    const std::lock_guard lock(mutex_);
    if (overlays_.empty()) return buffer;
    GstBuffer* canvas = gst_buffer_make_writable(buffer);
    GstVideoFrame frame;
    if (!gst_video_frame_map(&frame, &info_, canvas, GST_MAP_READWRITE)) return canvas;
    for (const Overlay& overlay : overlays_) blend(overlay, frame);
    gst_video_frame_unmap(&frame);
    return canvas;
  }

 private:
  std::mutex mutex_;
  GstVideoInfo info_;
  std::vector<Overlay> overlays_;
};

Labels::Labels(const gst::Pipeline& pipeline, const std::string& element, Resolution canvas)
    : layer_(std::make_shared<Layer>(canvas)), canvas_(canvas) {
  using Shared = std::shared_ptr<Layer>;
  const auto pad = gst::static_pad(pipeline.element(element).get(), "sink");
  gst_pad_add_probe(
      pad.get(), GST_PAD_PROBE_TYPE_BUFFER,
      [](GstPad*, GstPadProbeInfo* info, gpointer layer) {
        info->data = (*static_cast<Shared*>(layer))->draw_on(GST_PAD_PROBE_INFO_BUFFER(info));
        return GST_PAD_PROBE_OK;
      },
      new Shared(layer_), [](gpointer layer) { delete static_cast<Shared*>(layer); });
}

void Labels::set(const std::vector<Label>& labels) {
  std::vector<Overlay> overlays;
  for (const Label& label : labels) {
    const Resolution& size = label.image.size;
    const bool is_within = label.x >= 0 && label.y >= 0 && label.x + size.width <= canvas_.width &&
                           label.y + size.height <= canvas_.height;
    if (is_within && !label.image.empty()) overlays.emplace_back(label);
  }
  layer_->set(std::move(overlays));
}

}  // namespace tessera::mixer
