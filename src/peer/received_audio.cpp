#include "peer/received_audio.h"

#include "gst/pads.h"
#include "peer/offer.h"
#include "peer/packet_limits.h"

namespace tessera::peer {
namespace {

std::optional<SoundPackets> named_levels(const AgreedMedia& agreed) {
  const auto level = agreed.extensions.find(std::string(audio_level_uri));
  if (level == agreed.extensions.end()) return std::nullopt;
  return SoundPackets{agreed.codec.payload_type, level->second};
}

}  // namespace

ReceivedAudio::ReceivedAudio(const gst::Pipeline& pipeline, const AgreedMedia& agreed)
    : named_levels_(named_levels(agreed)),
      packets_(pipeline, "receive_audio", "sink"),
      sound_(pipeline, "audio"),
      frames_(gst::Outlet::tap(pipeline, "decode_audio")),
      decoding_(std::make_unique<gst::Gate>(pipeline, "decode_audio", "sink")) {
  const auto depayloader = pipeline.element("receive_audio");
  limit_sound(gst::static_pad(depayloader.get(), "sink").get());
  if (named_levels_) {
    ignore_long_losses(depayloader.get());
  } else {
    level_.measure(pipeline.element("audio").get());
  }
}

PacketFilter ReceivedAudio::packet_filter() {
  if (!named_levels_) return {};
  return levels_or_sound(*named_levels_, level_.adder(), interest_);
}

void ReceivedAudio::start() {
  has_started_ = true;
  packets_.open();
  apply();
}

void ReceivedAudio::stop() {
  has_started_ = false;
  packets_.close();
  apply();
}

void ReceivedAudio::decode(bool wanted) {
  decode_ = wanted;
  apply();
}

void ReceivedAudio::forward(bool wanted) {
  forward_ = wanted;
  apply();
}

void ReceivedAudio::apply() {
  if (!has_started_) {
    *interest_ = SoundInterest::none;
  } else {
    *interest_ = decode_ || forward_ ? SoundInterest::all : SoundInterest::level;
  }
  if (has_started_ && (decode_ || !named_levels_)) {
    decoding_->open();
  } else {
    decoding_->close();
  }
}

}  // namespace tessera::peer
