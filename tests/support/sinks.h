#pragma once

#include <cstdlib>
#include <memory>
#include <optional>
#include <string>

#include "gst/descriptions.h"
#include "gst/inlet.h"
#include "gst/outlet.h"
#include "gst/pipeline.h"
#include "gst/route.h"
#include "support/received.h"

namespace tessera::test {

// The project's own pipeline descriptions.
gst::Descriptions descriptions();

// A pipeline from text that has to be right.
std::unique_ptr<gst::Pipeline> make_pipeline(const std::string& text);

// Keeps what leaves an outlet of raw pictures.
class PictureSink {
 public:
  explicit PictureSink(const gst::Outlet& outlet);
  Received& received() { return *received_; }

 private:
  std::unique_ptr<gst::Pipeline> pipeline_;
  std::shared_ptr<Received> received_;
  std::unique_ptr<gst::Route> route_;
};

// Keeps what leaves an outlet of mono float sound.
class SoundSink {
 public:
  explicit SoundSink(const gst::Outlet& outlet);
  Received& received() { return *received_; }

 private:
  std::unique_ptr<gst::Pipeline> pipeline_;
  std::shared_ptr<Received> received_;
  std::unique_ptr<gst::Route> route_;
};

// A live source from a gst-launch description, as an outlet.
class Source {
 public:
  explicit Source(const std::string& text);
  const gst::Outlet& out() const { return *outlet_; }
  gst::Pipeline& pipeline() { return *pipeline_; }

 private:
  std::unique_ptr<gst::Pipeline> pipeline_;
  std::unique_ptr<gst::Outlet> outlet_;
};

// Stages from a gst-launch description behind an outlet, as an outlet again: to decode what left.
class Through {
 public:
  Through(const gst::Outlet& from, const std::string& stages,
          gst::Route::Media media = gst::Route::Media::any_buffer);
  const gst::Outlet& out() const { return *outlet_; }

 private:
  std::unique_ptr<gst::Pipeline> pipeline_;
  std::unique_ptr<gst::Outlet> outlet_;
  std::unique_ptr<gst::Route> route_;
};

// Inline: the benchmarks have these without the sinks.
inline bool is_near(const std::optional<Pixel>& pixel, const Pixel& wanted, int tolerance = 8) {
  return pixel && std::abs(pixel->y - wanted.y) <= tolerance &&
         std::abs(pixel->u - wanted.u) <= tolerance && std::abs(pixel->v - wanted.v) <= tolerance;
}

inline std::string describe(const std::optional<Pixel>& pixel) {
  if (!pixel) return "no picture";
  return "Y " + std::to_string(pixel->y) + " U " + std::to_string(pixel->u) + " V " +
         std::to_string(pixel->v);
}

// A colour as it stands in a picture (BT.601, limited range).
Pixel yuv(int red, int green, int blue);

}  // namespace tessera::test
