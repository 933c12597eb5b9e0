#include "mcu/encodings.h"

#include <chrono>
#include <utility>

#include "base/log.h"
#include "mcu/media_failure.h"

namespace tessera::mcu {
namespace {

// Two failures of a kind within this time have the same cause.
constexpr Duration same_cause = std::chrono::seconds(5);

}  // namespace

Encodings::Encodings(std::string room, const EncodingOptions& options, const mixer::Canvas& canvas,
                     const mixer::AudioMix& sound, const gst::Descriptions& descriptions,
                     Failed failed)
    : room_(std::move(room)),
      options_(options),
      canvas_(canvas),
      sound_(sound),
      descriptions_(descriptions),
      failed_(std::move(failed)) {}

Encodings::Made Encodings::picture(VideoCodec codec) {
  return share("codec=" + name(codec), [&] {
    return mixer::Encoding::video(codec, options_.video_bitrate, canvas_.out(), descriptions_);
  });
}

Encodings::Made Encodings::programme() {
  return share("mix=programme", [&] {
    return mixer::Encoding::audio(options_.audio_bitrate, sound_.programme(), descriptions_);
  });
}

Encodings::Made Encodings::mix_minus(int voice_slot) {
  return share("mix=all-but-" + std::to_string(voice_slot), [&] {
    return mixer::Encoding::audio(options_.audio_bitrate, sound_.mix_minus(voice_slot),
                                  descriptions_);
  });
}

Encodings::Made Encodings::share(const std::string& kind, const std::function<Made()>& make) {
  Shared& shared = encodings_[kind];
  if (auto running = shared.running.lock()) return running;
  Made made = make();
  if (!made) {
    return media_failure("encoding can't be started room=" + room_ + " " + kind, made.error());
  }
  (*made)->on_failure([this, kind](const Error&) { take_failure(kind); });
  shared.running = *made;
  log("mcu").info("encoding started room={} {}", room_, kind);
  return made;
}

void Encodings::take_failure(const std::string& kind) {
  Shared& shared = encodings_[kind];
  const auto failed = shared.running.lock();
  if (!failed) return;
  shared.running.reset();
  const TimePoint now = Clock::now();
  const auto former_failure = std::exchange(shared.latest_failure, now);
  const bool may_ask_anew = !former_failure || now - *former_failure > same_cause;
  log("mcu").warn("encoding failed room={} {}", room_, kind);
  failed_(*failed, may_ask_anew);
}

}  // namespace tessera::mcu
