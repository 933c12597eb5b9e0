#include "mixer/labels.h"

#include <gst/video/video.h>

#include <algorithm>
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

// A label made ready to be drawn.
struct Labels::Overlay {
  explicit Overlay(const Label& of)
      : label(of),
        rectangle(gst_video_overlay_rectangle_new_raw(
            overlay_pixels(of.image).get(), of.x, of.y, static_cast<guint>(of.image.size.width),
            static_cast<guint>(of.image.size.height), GST_VIDEO_OVERLAY_FORMAT_FLAG_NONE)) {}

  Label label;
  OverlayRectangle rectangle;
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

Labels::~Labels() = default;

void Labels::set(const std::vector<Label>& labels) {
  std::vector<Overlay> overlays;
  for (const Label& label : labels) {
    if (label.image.empty()) continue;
    const auto former = std::ranges::find(overlays_, label, &Overlay::label);
    if (former == overlays_.end()) {
      overlays.emplace_back(label);
    } else {
      overlays.push_back(std::move(*former));
      overlays_.erase(former);
    }
  }
  overlays_ = std::move(overlays);

  // The first rectangle makes it; none is no composition.
  Composition composition;
  for (const Overlay& overlay : overlays_) {
    if (composition) {
      gst_video_overlay_composition_add_rectangle(composition.get(), overlay.rectangle.get());
    } else {
      composition.reset(gst_video_overlay_composition_new(overlay.rectangle.get()));
    }
  }
  const std::lock_guard lock(current_->mutex);
  std::swap(current_->composition, composition);
}

}  // namespace tessera::mixer
