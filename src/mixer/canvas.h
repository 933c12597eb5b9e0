#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/units.h"
#include "gst/descriptions.h"
#include "gst/frame_rate_limit.h"
#include "gst/inlet.h"
#include "gst/outlet.h"
#include "mixer/drawing.h"
#include "mixer/labels.h"

namespace tessera::mixer {

struct CanvasOptions {
  Resolution size{1280, 720};
  int frame_rate = 30;  // Frames per second.
  int tile_slots = 25;
  bool fits = false;  // What comes in has any size, and is fitted to its tile.
};

// A room's picture: composites what comes in at its tile slots. Each slot gets pictures of exactly
// its tile's size, so that compositing is copying; a slot keeps its last picture until the next.
class Canvas {
 public:
  static Result<std::unique_ptr<Canvas>> create(const std::string& room,
                                                const CanvasOptions& options,
                                                const gst::Descriptions& descriptions);

  gst::Inlet tile(int slot) const;
  const gst::Outlet& out() const { return out_; }

  void show(int slot, const Rectangle& place);
  void hide(int slot);

  // Puts a still picture into a slot, until the next picture comes in there.
  void show_still(int slot, const Image& image);
  // A picture that was in another canvas.
  void show_still(int slot, const gst::Ref<GstSample>& picture);
  void set_labels(const std::vector<Label>& labels) { labels_.set(labels); }

  // What was composited before doesn't leave: for who has put the first pictures in.
  void begin();

  // Composites per second. A change makes encoders begin anew: for when nobody watches.
  void set_frame_rate(int frame_rate);

  // How many of them leave per second at most; 0: all.
  void limit_frame_rate(int frame_rate) { frame_rate_limit_.set(frame_rate); }

  gst::Pipeline& pipeline() { return *pipeline_; }

 private:
  Canvas(std::unique_ptr<gst::Pipeline> pipeline, const CanvasOptions& options);

  std::unique_ptr<gst::Pipeline> pipeline_;
  const Resolution size_;
  const bool fits_;
  int frame_rate_;
  gst::Outlet out_;
  gst::FrameRateLimit frame_rate_limit_;
  Labels labels_;
  std::vector<gst::Ref<GstPad>> pads_;
};

}  // namespace tessera::mixer
