#include "mixer/labels.h"

#include <gst/video/video.h>

#include <utility>

#include "mixer/picture.h"

namespace tessera::mixer {

using Composition =
    std::unique_ptr<GstVideoOverlayComposition, gst::FreeWith<gst_video_overlay_composition_unref>>;
using OverlayRectangle =
    std::unique_ptr<GstVideoOverlayRectangle, gst::FreeWith<gst_video_overlay_rectangle_unref>>;

// Shared between the control thread, which sets the labels, and the canvas's, which draws them.
struct Labels::Current {
  std::mutex mutex;
  Composition composition;
};

Labels::Labels(const gst::Pipeline& pipeline, const std::string& element)
    : current_(std::make_shared<Current>()) {
  draw_ = Signal::connect<GstVideoOverlayComposition*(GstSample*)>(
      pipeline.element(element).get(), "draw", [current = current_](GstSample*) {
        const std::lock_guard lock(current->mutex);
        GstVideoOverlayComposition* composition = current->composition.get();
        return composition != nullptr ? gst_video_overlay_composition_ref(composition) : nullptr;
      });
}

void Labels::set(const std::vector<Label>& labels) {
  Composition composition;
  for (const Label& label : labels) {
    if (label.image.empty()) continue;
    const auto pixels = overlay_pixels(label.image);
    const Resolution size = label.image.size;
    const OverlayRectangle rectangle(gst_video_overlay_rectangle_new_raw(
        pixels.get(), label.x, label.y, static_cast<guint>(size.width),
        static_cast<guint>(size.height), GST_VIDEO_OVERLAY_FORMAT_FLAG_NONE));
    if (composition) {
      gst_video_overlay_composition_add_rectangle(composition.get(), rectangle.get());
    } else {
      composition.reset(gst_video_overlay_composition_new(rectangle.get()));
    }
  }
  const std::lock_guard lock(current_->mutex);
  std::swap(current_->composition, composition);
}

}  // namespace tessera::mixer
