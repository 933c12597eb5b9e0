#include "mcu/output_feed.h"

namespace tessera::mcu {

Result<void> OutputFeed::renew() {
  const auto encodings = source_();
  if (!encodings) return encodings.error();
  encodings_ = *encodings;
  const auto picture =
      video_ ? encodings_->live_picture(*video_) : encodings_->picture(VideoCodec::vp8);
  if (!picture) return picture.error();
  const auto sound = video_ ? encodings_->live_sound() : encodings_->programme();
  if (!sound) return sound.error();
  picture_ = *picture;
  sound_ = *sound;
  return {};
}

void OutputFeed::release() {
  picture_.reset();
  sound_.reset();
  encodings_ = nullptr;
}

}  // namespace tessera::mcu
