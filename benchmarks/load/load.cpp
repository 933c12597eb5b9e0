#include "load/load.h"

#include <utility>

#include "support/wait.h"

namespace tessera::bench {
namespace {

using namespace std::chrono_literals;

// What is due goes out this late at most. One clock for all: each wake-up costs.
constexpr auto pace = 5ms;

}  // namespace

Result<std::unique_ptr<Load>> Load::create(const Options& options) {
  auto video = encode_video(options.media, options.camera);
  if (!video) return video.error();
  auto speech = encode_speech();
  if (!speech) return speech.error();
  auto silence = encode_silence();
  if (!silence) return silence.error();
  return std::unique_ptr<Load>(
      new Load(std::move(*video), std::move(*speech), std::move(*silence), options.camera.codec));
}

Load::Load(Track video, Track speech, Track silence, VideoCodec codec)
    : video_(std::move(video)),
      speech_(std::move(speech)),
      silence_(std::move(silence)),
      codec_(codec) {
  pacer_.start_repeating(pace, [this] {
    const TimePoint now = Clock::now();
    for (const auto& one : people_) one->send_due(now);
  });
}

Result<void> Load::add(const std::string& server_url, Part part) {
  Participant::Options options;
  options.codec = codec_;
  options.name = "Participant " + std::to_string(people_.size() + 1);
  options.wants_video = part != Part::is_heard && part != Part::hears;
  options.by_whep = part == Part::watches;
  if (part == Part::speaks || part == Part::listens) options.video = &video_;
  if (part == Part::speaks || part == Part::is_heard) options.audio = &speech_;
  if (part == Part::listens || part == Part::hears) options.audio = &silence_;
  Participant& joining = *people_.emplace_back(std::make_unique<Participant>(server_url, options));
  test::wait_until([&] { return joining.has_media() || !joining.failure().empty(); }, 20s);
  if (joining.has_media()) return {};
  return Error{"not_joined", options.name + " isn't in the meeting: " +
                                 (joining.failure().empty() ? "nothing came." : joining.failure())};
}

void Load::start_measuring() {
  const TimePoint now = Clock::now();
  for (const auto& one : people_) one->reception().start_measuring(now);
}

}  // namespace tessera::bench
