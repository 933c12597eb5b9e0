#pragma once

#include <memory>
#include <vector>

#include "base/units.h"
#include "gst/pipeline.h"
#include "mixer/drawing.h"

namespace tessera::mixer {

// A small picture on the canvas, with its left upper corner at x and y.
struct Label {
  Image image;
  int x = 0;
  int y = 0;
};

// Draws labels over the composed canvas: once for all tiles and at the canvas's own sharpness, so
// that no camera is touched. Only the pixels below them are blended, by libyuv:
// overlaycomposition (1.22) converts the whole lines that a label stands in, for each label.
class Labels {
 public:
  // Draws on what comes into the element of that name, I420 of this size.
  Labels(const gst::Pipeline& pipeline, const std::string& element, Resolution canvas);

  // From the next frame on. An empty image is no label, nor is what isn't within the canvas.
  void set(const std::vector<Label>& labels);

 private:
  class Layer;
  std::shared_ptr<Layer> layer_;
  Resolution canvas_;
};

}  // namespace tessera::mixer
