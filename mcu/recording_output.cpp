#include "mcu/recording_output.h"

#include <utility>

#include "base/log.h"

namespace tessera::mcu {
namespace {

using State = egress::Recording::State;

const char* word(State state) {
  switch (state) {
    case State::recording:
      return "recording";
    case State::paused:
      return "paused";
    case State::finishing:
      return "finishing";
    case State::finished:
      return "finished";
    case State::failed:
      break;
  }
  return "failed";
}

// Of a participant's track.
std::string words_of(const Error& fault) {
  if (fault.code != "too_slow") return "A participant's track ended early: " + fault.message;
  return "The disk or the server is too slow: something may be missing in a participant's track.";
}

}  // namespace

Result<std::unique_ptr<Output>> RecordingOutput::start(signalling::Output self, OutputFeed feed,
                                                       const egress::RecordingOptions& options,
                                                       const gst::Descriptions& descriptions,
                                                       const Changed& changed) {
  if (const auto renewed = feed.renew(); !renewed) return renewed.error();
  auto recording = egress::Recording::start(options, feed.picture(), feed.sound(), descriptions);
  if (!recording) return recording.error();
  std::unique_ptr<RecordedTracks> tracks;
  if (self.settings.tracks) {
    // They give way first: how large they grow is their senders' choice.
    const egress::FileOptions file{
        .folder = options.folder, .name = options.name, .stop_below = options.warn_below};
    tracks =
        std::make_unique<RecordedTracks>(file, (*recording)->timeline(), descriptions, changed);
  }
  return std::unique_ptr<Output>(new RecordingOutput(std::move(self), std::move(feed), options.name,
                                                     std::move(*recording), std::move(tracks),
                                                     changed));
}

RecordingOutput::RecordingOutput(signalling::Output self, OutputFeed feed, std::string name,
                                 std::unique_ptr<egress::Recording> recording,
                                 std::unique_ptr<RecordedTracks> tracks, Changed changed)
    : Output(std::move(self), std::move(feed)),
      name_(std::move(name)),
      changed_(std::move(changed)),
      recording_(std::move(recording)),
      tracks_(std::move(tracks)) {
  recording_->on_change([this](State state) { follow(state); });
  recording_->on_disk_low([this](std::uint64_t) {
    is_disk_low_ = true;
    changed_();
  });
}

// However it ends, its tracks end with it.
void RecordingOutput::follow(State state) {
  if (tracks_ && state != State::recording && state != State::paused) tracks_->stop();
  changed_();
}

void RecordingOutput::stop() {
  if (tracks_) tracks_->stop();
  recording_->stop();
}

void RecordingOutput::describe(signalling::Output& view) const {
  const State state = recording_->state();
  // Its tracks may take longer.
  view.state = word(has_ended() || takes_feed() ? state : State::finishing);
  view.target = recording_->path().empty() ? name_ : recording_->path().filename().string();
  view.elapsed = recording_->elapsed();
  view.reason = reason();
}

// Why it ended; or else all that is amiss with it.
std::string RecordingOutput::reason() const {
  const std::optional<Error>& own = recording_->reason();
  if (own && own->code != "too_slow") return own->message;
  std::string reason = own ? own->message : "";
  const auto add = [&](const std::string& what) { reason += (reason.empty() ? "" : " ") + what; };
  if (tracks_ && tracks_->fault()) add(words_of(*tracks_->fault()));
  if (is_disk_low_) add("The disk is nearly full.");
  return reason;
}

bool RecordingOutput::takes_feed() const {
  return recording_->state() == State::recording || recording_->state() == State::paused;
}

bool RecordingOutput::has_ended() const {
  const State state = recording_->state();
  return (state == State::finished || state == State::failed) &&
         (tracks_ == nullptr || tracks_->have_ended());
}

Result<void> RecordingOutput::set_paused(bool paused) {
  const State from = paused ? State::recording : State::paused;
  const State to = paused ? State::paused : State::recording;
  if (recording_->state() == to) return {};
  if (recording_->state() != from) return Error{"not_possible", "The recording has ended."};
  if (paused) {
    recording_->pause();
  } else {
    recording_->resume();
  }
  return {};
}

}  // namespace tessera::mcu
