#include "mcu/encodings.h"

#include <chrono>
#include <utility>

#include "base/log.h"
#include "mcu/media_failure.h"

namespace tessera::mcu {
namespace {

// Two failures of a kind within this time have the same cause.
constexpr Duration same_cause = std::chrono::seconds(5);

// How long an encoder of sound stays without a user.
constexpr Duration spare_time = std::chrono::seconds(5);

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

Encodings::Made Encodings::programme() { return share_sound("mix=programme", sound_.programme()); }

Encodings::Made Encodings::mix_minus(int voice_slot) {
  return share_sound("mix=all-but-" + std::to_string(voice_slot), sound_.mix_minus(voice_slot));
}

Encodings::Made Encodings::live_picture(const mixer::LiveVideo& video) {
  const std::string kind = "codec=H264 size=" + std::to_string(video.size.width) + "x" +
                           std::to_string(video.size.height) +
                           " frame_rate=" + std::to_string(video.frame_rate) +
                           " kbps=" + std::to_string(video.bitrate.kbps);
  return share(kind,
               [&] { return mixer::Encoding::live_video(video, canvas_.out(), descriptions_); });
}

Encodings::Made Encodings::live_sound() {
  return share("codec=AAC mix=programme", [&] {
    return mixer::Encoding::live_audio(options_.live_audio_bitrate, sound_.programme(),
                                       descriptions_);
  });
}

Encodings::Made Encodings::share_sound(const std::string& kind, const gst::Outlet& mix) {
  Made made = share(
      kind, [&] { return mixer::Encoding::audio(options_.audio_bitrate, mix, descriptions_); });
  if (!made) return made;
  Shared& shared = encodings_[kind];
  shared.kept = *made;
  shared.last_used = Clock::now();
  return made;
}

Encodings::Made Encodings::share(const std::string& kind, const std::function<Made()>& make) {
  Shared& shared = encodings_[kind];
  if (auto running = shared.running.lock()) return running;
  Made made = make();
  if (!made) {
    return media_failure("encoding can't be started room=" + room_ + " " + kind, made.error());
  }
  (*made)->on_failure([this, kind](const Error&) { take_failure(kind); });
  // Whoever lets go of it last, it says that it stopped.
  const std::shared_ptr<mixer::Encoding> running(
      made->get(), [owned = *made, room = room_, kind](mixer::Encoding*) mutable {
        owned.reset();
        log("mcu").info("encoding stopped room={} {}", room, kind);
      });
  shared.running = running;
  log("mcu").info("encoding started room={} {}", room_, kind);
  return running;
}

void Encodings::stop_unused(TimePoint now) {
  for (auto& [kind, shared] : encodings_) {
    if (shared.kept.use_count() > 1) {
      shared.last_used = now;
    } else if (now - shared.last_used >= spare_time) {
      shared.kept.reset();
    }
  }
  std::erase_if(encodings_, [now](const auto& entry) {
    const Shared& shared = entry.second;
    const bool failed_lately = shared.latest_failure && now - *shared.latest_failure < same_cause;
    return shared.running.expired() && !failed_lately;
  });
}

void Encodings::take_failure(const std::string& kind) {
  Shared& shared = encodings_[kind];
  const auto failed = shared.running.lock();
  if (!failed) return;
  shared.running.reset();
  shared.kept.reset();
  const TimePoint now = Clock::now();
  const auto former_failure = std::exchange(shared.latest_failure, now);
  const bool may_ask_anew = !former_failure || now - *former_failure > same_cause;
  log("mcu").warn("encoding failed room={} {}", room_, kind);
  failed_(*failed, may_ask_anew);
}

}  // namespace tessera::mcu
