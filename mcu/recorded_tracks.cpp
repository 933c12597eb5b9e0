#include "mcu/recorded_tracks.h"

#include <algorithm>
#include <utility>

namespace tessera::mcu {
namespace {

bool is_gap(const Error& fault) { return fault.code == "too_slow"; }

}  // namespace

RecordedTracks::RecordedTracks(egress::FileOptions recording,
                               std::shared_ptr<const egress::SharedTimeline> timeline,
                               const gst::Descriptions& descriptions, std::function<void()> changed)
    : recording_(std::move(recording)),
      timeline_(std::move(timeline)),
      descriptions_(descriptions),
      changed_(std::move(changed)) {}

void RecordedTracks::add(Participant& participant) {
  if (is_stopped_) return;
  std::erase_if(participants_, [](const auto& one) { return one->has_ended(); });
  const auto is_there = [&](const auto& one) { return one->is(participant); };
  if (std::ranges::any_of(participants_, is_there)) return;
  participants_.push_back(std::make_unique<RecordedParticipant>(
      participant, recording_, timeline_, descriptions_,
      [this](const std::optional<Error>& fault) { take_news(fault); }));
}

void RecordedTracks::take_news(const std::optional<Error>& fault) {
  const bool is_new = fault && (!fault_ || (is_gap(*fault_) && !is_gap(*fault)));
  if (is_new) fault_ = fault;
  if (is_new || (is_stopped_ && have_ended())) changed_();
}

void RecordedTracks::stop() {
  if (std::exchange(is_stopped_, true)) return;
  for (const auto& one : participants_) one->stop();
}

bool RecordedTracks::have_ended() const {
  return std::ranges::all_of(participants_, [](const auto& one) { return one->has_ended(); });
}

}  // namespace tessera::mcu
