#include "mixer/encoding.h"

#include <gst/video/video.h>

#include <utility>

#include "gst/frame_rate_limit.h"
#include "gst/pads.h"
#include "gst/raw_video.h"

namespace tessera::mixer {
namespace {

GstPadProbeReturn drop_request(GstPad*, GstPadProbeInfo* info, gpointer) {
  if ((GST_PAD_PROBE_INFO_TYPE(info) & GST_PAD_PROBE_TYPE_BUFFER) != 0) return GST_PAD_PROBE_REMOVE;
  const bool is_request = gst_video_event_is_force_key_unit(GST_PAD_PROBE_INFO_EVENT(info));
  return is_request ? GST_PAD_PROBE_DROP : GST_PAD_PROBE_OK;
}

// The first frame is a keyframe, asked for or not. GStreamer 1.22's x264enc, whose time begins at
// 1000 hours, would take a request before it for one of then, and join to it all that come in the
// next 1000 hours; later versions compute that time from what goes in.
void drop_requests_before_first_frame(const gst::Pipeline& pipeline) {
  const auto encoder = pipeline.element("encoder");
  const auto pad = gst::static_pad(encoder.get(), "src");
  gst_pad_add_probe(pad.get(),
                    GstPadProbeType(GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_UPSTREAM),
                    drop_request, nullptr, nullptr);
}

}  // namespace

Encoding::Encoding(std::unique_ptr<gst::Pipeline> pipeline, const gst::Outlet& source)
    : pipeline_(std::move(pipeline)),
      out_(*pipeline_, "out"),
      route_(source, gst::Inlet(*pipeline_, "in"), gst::Route::Media::any_buffer) {}

Result<std::shared_ptr<Encoding>> Encoding::video(VideoCodec codec, Bitrate bitrate,
                                                  const gst::Outlet& canvas,
                                                  const gst::Descriptions& descriptions) {
  const bool is_vp8 = codec == VideoCodec::vp8;
  const std::string name = is_vp8 ? "encode-vp8" : "encode-h264";
  auto pipeline = gst::Pipeline::create(name, descriptions.text(name));
  if (!pipeline) return pipeline.error();
  if (is_vp8) {
    (*pipeline)->set("encoder", "target-bitrate", bitrate.bps());
  } else {
    (*pipeline)->set("encoder", "bitrate", static_cast<guint>(bitrate.kbps));
  }
  drop_requests_before_first_frame(**pipeline);
  return start(std::move(*pipeline), canvas);
}

Result<std::shared_ptr<Encoding>> Encoding::live_video(const LiveVideo& options,
                                                       const gst::Outlet& canvas,
                                                       const gst::Descriptions& descriptions) {
  const std::string name = "encode-live-h264";
  auto pipeline = gst::Pipeline::create(name, descriptions.text(name));
  if (!pipeline) return pipeline.error();
  (*pipeline)->set("encoder", "bitrate", static_cast<guint>(options.bitrate.kbps));
  (*pipeline)->set("encoder", "key-int-max", static_cast<guint>(2 * options.frame_rate));
  (*pipeline)->set_text("size", "caps", gst::raw_video_caps(options.size));
  drop_requests_before_first_frame(**pipeline);
  gst::FrameRateLimit(**pipeline, "in", "src").set(options.frame_rate);
  return start(std::move(*pipeline), canvas);
}

void Encoding::expect_loss(int percent) {
  if (std::exchange(expected_loss_, percent) == percent) return;
  pipeline_->set("encoder", "packet-loss-percentage", percent);
}

Result<std::shared_ptr<Encoding>> Encoding::audio(Bitrate bitrate, const gst::Outlet& mix,
                                                  const gst::Descriptions& descriptions) {
  return sound("encode-opus", bitrate, mix, descriptions);
}

Result<std::shared_ptr<Encoding>> Encoding::live_audio(Bitrate bitrate, const gst::Outlet& mix,
                                                       const gst::Descriptions& descriptions) {
  return sound("encode-aac", bitrate, mix, descriptions);
}

Result<std::shared_ptr<Encoding>> Encoding::sound(const std::string& name, Bitrate bitrate,
                                                  const gst::Outlet& mix,
                                                  const gst::Descriptions& descriptions) {
  auto pipeline = gst::Pipeline::create(name, descriptions.text(name));
  if (!pipeline) return pipeline.error();
  (*pipeline)->set("encoder", "bitrate", bitrate.bps());
  return start(std::move(*pipeline), mix);
}

Result<std::shared_ptr<Encoding>> Encoding::start(std::unique_ptr<gst::Pipeline> pipeline,
                                                  const gst::Outlet& source) {
  const Result<void> started = pipeline->start();
  if (!started) return started.error();
  return std::shared_ptr<Encoding>(new Encoding(std::move(pipeline), source));
}

}  // namespace tessera::mixer
