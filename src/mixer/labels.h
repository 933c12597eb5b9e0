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

  bool operator==(const Label&) const = default;
};

// Draws labels over the composed canvas: once for all tiles and at the canvas's own sharpness, so
// that they cost next to nothing and no camera is touched. What is the same as before isn't
// converted again: a client may turn its microphone on and off many times a second.
class Labels {
 public:
  // Draws in the overlaycomposition element of that name.
  Labels(const gst::Pipeline& pipeline, const std::string& element);
  ~Labels();

  // From the next frame on. An empty image is no label.
  void set(const std::vector<Label>& labels);

 private:
  struct Current;
  struct Overlay;
  std::vector<Overlay> overlays_;
  std::shared_ptr<Current> current_;
  Signal draw_;
};

}  // namespace tessera::mixer
