#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "base/units.h"
#include "base/video_codec.h"
#include "gst/descriptions.h"
#include "gst/outlet.h"
#include "gst/route.h"

namespace tessera::mixer {

// How a canvas is encoded for streaming servers and recordings.
struct LiveVideo {
  Resolution size;
  int frame_rate = 30;  // At most.
  Bitrate bitrate{2500};

  auto operator<=>(const LiveVideo&) const = default;
};

// One encoder at work on one mix, for everybody who gets that mix in that codec: ten viewers cost
// no more encoding than one. Whoever needs it shares it; with the last of them it stops.
class Encoding {
 public:
  static Result<std::shared_ptr<Encoding>> video(VideoCodec codec, Bitrate bitrate,
                                                 const gst::Outlet& canvas,
                                                 const gst::Descriptions& descriptions);
  static Result<std::shared_ptr<Encoding>> audio(Bitrate bitrate, const gst::Outlet& mix,
                                                 const gst::Descriptions& descriptions);

  // H.264 High with a keyframe every two seconds, and AAC-LC in stereo: what streaming servers,
  // HLS and MP4 take.
  static Result<std::shared_ptr<Encoding>> live_video(const LiveVideo& options,
                                                      const gst::Outlet& canvas,
                                                      const gst::Descriptions& descriptions);
  static Result<std::shared_ptr<Encoding>> live_audio(Bitrate bitrate, const gst::Outlet& mix,
                                                      const gst::Descriptions& descriptions);

  const gst::Outlet& out() const { return out_; }

  // Of sound in Opus: how many percent of the packets a listener loses. Beyond none, each packet
  // also holds a coarse copy of the one before (in-band FEC, RFC 6716, section 2.1.7), which costs
  // bits and twice the time.
  void expect_loss(int percent);

  void on_failure(std::function<void(const Error&)> callback) {
    pipeline_->on_failure(std::move(callback));
  }

 private:
  Encoding(std::unique_ptr<gst::Pipeline> pipeline, const gst::Outlet& source);
  static Result<std::shared_ptr<Encoding>> sound(const std::string& name, Bitrate bitrate,
                                                 const gst::Outlet& mix,
                                                 const gst::Descriptions& descriptions);
  // Once all is set.
  static Result<std::shared_ptr<Encoding>> start(std::unique_ptr<gst::Pipeline> pipeline,
                                                 const gst::Outlet& source);

  std::unique_ptr<gst::Pipeline> pipeline_;
  gst::Outlet out_;
  gst::Route route_;
  int expected_loss_ = 0;
};

}  // namespace tessera::mixer
