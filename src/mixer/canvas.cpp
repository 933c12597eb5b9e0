#include "mixer/canvas.h"

#include <utility>

#include "gst/pads.h"
#include "gst/raw_video.h"
#include "gst/runtime.h"
#include "gst/still.h"
#include "mixer/picture.h"

namespace tessera::mixer {
namespace {

std::string format_caps(Resolution size, int frame_rate) {
  return gst::raw_video_caps(size) + ",framerate=" + std::to_string(frame_rate) + "/1";
}

// The background says that its frames come a frame late, and the compositor would wait so long for
// them. Nobody would miss one.
GstPadProbeReturn have_no_latency(GstPad*, GstPadProbeInfo* info, gpointer) {
  GstQuery* query = GST_PAD_PROBE_INFO_QUERY(info);
  if (GST_QUERY_TYPE(query) != GST_QUERY_LATENCY) return GST_PAD_PROBE_OK;
  gst_query_set_latency(query, TRUE, 0, GST_CLOCK_TIME_NONE);
  return GST_PAD_PROBE_HANDLED;
}

// `data` is the time from which on they pass.
GstPadProbeReturn pass_from(GstPad*, GstPadProbeInfo* info, gpointer data) {
  const GstClockTime frame_began = GST_BUFFER_PTS(GST_PAD_PROBE_INFO_BUFFER(info));
  const bool is_too_early = frame_began < *static_cast<GstClockTime*>(data);
  return is_too_early ? GST_PAD_PROBE_DROP : GST_PAD_PROBE_REMOVE;
}

Image black_image() {
  constexpr Resolution size{16, 16};
  constexpr int stride = size.width * 4;
  return {size, stride, std::vector<std::uint8_t>(stride * size.height, 0)};
}

}  // namespace

Result<std::unique_ptr<Canvas>> Canvas::create(const std::string& room,
                                               const CanvasOptions& options,
                                               const gst::Descriptions& descriptions) {
  const std::string name = options.fits ? "mix-video-fitted" : "mix-video";
  auto created =
      gst::Pipeline::create(name + " " + room, descriptions.text(name, options.tile_slots));
  if (!created) return created.error();
  std::unique_ptr<gst::Pipeline> pipeline = std::move(*created);
  constexpr Resolution background{16, 16};
  pipeline->set_text("background_format", "caps", format_caps(background, options.frame_rate));
  pipeline->set_text("canvas_format", "caps", format_caps(options.size, options.frame_rate));
  std::unique_ptr<Canvas> canvas(new Canvas(std::move(pipeline), options));
  const Result<void> started = canvas->pipeline_->start();
  if (!started) return started.error();
  return canvas;
}

Canvas::Canvas(std::unique_ptr<gst::Pipeline> pipeline, const CanvasOptions& options)
    : pipeline_(std::move(pipeline)),
      size_(options.size),
      fits_(options.fits),
      frame_rate_(options.frame_rate),
      out_(*pipeline_, "out"),
      frame_rate_limit_(*pipeline_, "canvas_format", "src"),
      labels_(*pipeline_, "labels", options.size) {
  const auto compositor = pipeline_->element("canvas");
  for (int slot = 0; slot < options.tile_slots; ++slot) {
    const std::string pad = "sink_" + std::to_string(slot);
    pads_.push_back(gst::static_pad(compositor.get(), pad.c_str()));
    g_object_set(pads_.back().get(), "zorder", static_cast<guint>(slot + 1), "alpha", 0.0, nullptr);
  }
  const auto background = gst::static_pad(compositor.get(), "sink_999");
  g_object_set(background.get(), "zorder", 0U, nullptr);
  const auto format = pipeline_->element("background_format");
  const auto source = gst::static_pad(format.get(), "src");
  gst_pad_add_probe(source.get(), GST_PAD_PROBE_TYPE_QUERY_UPSTREAM, have_no_latency, nullptr,
                    nullptr);

  // A composite is stamped with the time at which its frame begins, and shows pictures that came
  // until it ended. With the time between the two, lips and voices agree as well as they can.
  const auto composite = gst::static_pad(compositor.get(), "src");
  gst_pad_set_offset(composite.get(), GST_SECOND / (2 * options.frame_rate));
}

void Canvas::begin() {
  const auto composite = gst::static_pad(pipeline_->element("canvas").get(), "src");
  gst_pad_add_probe(composite.get(), GST_PAD_PROBE_TYPE_BUFFER, pass_from,
                    new GstClockTime(gst::running_time()),
                    [](gpointer data) { delete static_cast<GstClockTime*>(data); });
}

void Canvas::set_frame_rate(int frame_rate) {
  if (std::exchange(frame_rate_, frame_rate) == frame_rate) return;
  pipeline_->set_text("canvas_format", "caps", format_caps(size_, frame_rate));
}

gst::Inlet Canvas::tile(int slot) const {
  return gst::Inlet(*pipeline_, "tile_" + std::to_string(slot));
}

void Canvas::show(int slot, const Rectangle& place) {
  if (fits_) {
    pipeline_->set_text("size_" + std::to_string(slot), "caps", gst::raw_video_caps(place.size()));
  }
  g_object_set(pads_.at(static_cast<std::size_t>(slot)).get(), "xpos", place.x, "ypos", place.y,
               "width", place.width, "height", place.height, "alpha", 1.0, nullptr);
}

void Canvas::hide(int slot) {
  g_object_set(pads_.at(static_cast<std::size_t>(slot)).get(), "alpha", 0.0, nullptr);
  // Or whoever gets this slot next would begin with this user's last picture.
  show_still(slot, black_image());
}

void Canvas::show_still(int slot, const Image& image) {
  tile(slot).push(picture_sample(image).get());
}

void Canvas::show_still(int slot, const gst::Ref<GstSample>& picture) {
  tile(slot).push(gst::still_of(picture).get());
}

}  // namespace tessera::mixer
