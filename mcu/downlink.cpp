#include "mcu/downlink.h"

namespace tessera::mcu {

Result<void> Downlink::send_picture() {
  if (!peer_.send_video()) return {};
  const auto picture = encodings_.picture(peer_.agreement().video_codec);
  if (!picture) return picture.error();
  picture_route_.reset();
  picture_ = *picture;
  picture_route_ = std::make_unique<gst::Route>(picture_->out(), *peer_.send_video(),
                                                gst::Route::Media::needs_keyframe);
  picture_->out().request_keyframe();
  return {};
}

Result<void> Downlink::send_sound(std::optional<int> voice_slot) {
  voice_slot_ = voice_slot;
  if (!peer_.send_audio()) return {};
  const auto sound = voice_slot ? encodings_.mix_minus(*voice_slot) : encodings_.programme();
  if (!sound) return sound.error();
  if (*sound == sound_) return {};
  sound_route_.reset();
  sound_ = *sound;
  sound_route_ = std::make_unique<gst::Route>(sound_->out(), *peer_.send_audio(),
                                              gst::Route::Media::any_buffer);
  return {};
}

bool Downlink::uses(const mixer::Encoding& encoding) const {
  return picture_.get() == &encoding || sound_.get() == &encoding;
}

Result<void> Downlink::replace(const mixer::Encoding& failed) {
  return picture_.get() == &failed ? send_picture() : send_sound(voice_slot_);
}

}  // namespace tessera::mcu
