#pragma once

#include <gst/video/video-overlay-composition.h>

#include <memory>
#include <mutex>
#include <vector>

#include "base/signal.h"
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
// that they cost next to nothing and no camera is touched.
class Labels {
 public:
  // Draws in the overlaycomposition element of that name.
  Labels(const gst::Pipeline& pipeline, const std::string& element);

  // From the next frame on. An empty image is no label.
  void set(const std::vector<Label>& labels);

 private:
  struct Current;
  std::shared_ptr<Current> current_;
  Signal draw_;
};

}  // namespace tessera::mixer
