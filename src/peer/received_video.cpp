#include "peer/received_video.h"

#include <utility>

#include "gst/raw_video.h"
#include "peer/picture_limit.h"

namespace tessera::peer {

ReceivedVideo::ReceivedVideo(gst::Pipeline& pipeline, Resolution largest_picture,
                             std::function<void(const std::string& why)> refused)
    : pipeline_(pipeline),
      packets_(pipeline, "receive_video", "sink"),
      pictures_(pipeline, "video"),
      frame_rate_limit_(pipeline, "decode_video", "src") {
  // In this order they look at each frame.
  limit_pictures(pipeline, "decode_video", largest_picture, std::move(refused));
  pictures_.keep_last();
  frames_ = gst::Outlet::tap(pipeline, "decode_video");
  decoding_ = std::make_unique<gst::Gate>(pipeline, "decode_video", "sink");
}

void ReceivedVideo::start() {
  has_started_ = true;
  apply();
}

void ReceivedVideo::stop() {
  has_started_ = false;
  apply();
}

void ReceivedVideo::decode(bool wanted) {
  decode_ = wanted;
  apply();
}

void ReceivedVideo::forward(bool wanted) {
  forward_ = wanted;
  apply();
}

void ReceivedVideo::apply() {
  const auto set = [](gst::Gate& gate, bool is_open) {
    if (is_open) return gate.open();
    gate.close();
    return false;
  };
  const bool begins = set(packets_, has_started_ && (decode_ || forward_));
  const bool begins_to_be_decoded = set(*decoding_, has_started_ && decode_);
  if (begins || begins_to_be_decoded) frames_->request_keyframe();
}

void ReceivedVideo::fit(Resolution size) {
  pipeline_.set_text("video_size", "caps", gst::raw_video_caps(size));
}

void ReceivedVideo::crop(bool wanted) { pipeline_.set("fit_video", "crop", gboolean{wanted}); }

}  // namespace tessera::peer
