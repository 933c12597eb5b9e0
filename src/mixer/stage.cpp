#include "mixer/stage.h"

#include <algorithm>
#include <ranges>

namespace tessera::mixer {

Stage::Stage(int slots, Duration hold) : slots_(slots), hold_(hold) {}

bool Stage::add(const ParticipantId& who) {
  if (find(who) != members_.end()) return false;
  members_.push_back({who});
  if (std::ssize(cast_) >= slots_) return false;
  cast_.push_back({who, lowest_free_slot()});
  return true;
}

bool Stage::remove(const ParticipantId& who) {
  const auto member = find(who);
  if (member == members_.end()) return false;
  members_.erase(member);
  const auto place = find_on_stage(who);
  if (place == cast_.end()) return false;

  const Member* successor = nullptr;
  for (const Member& candidate : members_) {
    if (find_on_stage(candidate.id) != cast_.end()) continue;
    if (!successor || candidate.last_spoke > successor->last_spoke) successor = &candidate;
  }
  if (successor) {
    place->participant = successor->id;
  } else {
    cast_.erase(place);
  }
  return true;
}

bool Stage::spoke(const ParticipantId& who, TimePoint now) {
  const auto speaker = find(who);
  if (speaker == members_.end()) return false;
  speaker->last_spoke = std::max(speaker->last_spoke, now);
  if (cast_.empty() || find_on_stage(who) != cast_.end()) return false;

  // Of several who never spoke, the last in the picture goes first.
  const auto spoke_earlier = [this](const Casting& a, const Casting& b) {
    return find(a.participant)->last_spoke < find(b.participant)->last_spoke;
  };
  const auto last_first = std::views::reverse(cast_);
  const auto longest_ago = std::ranges::min_element(last_first, spoke_earlier);
  if (find(longest_ago->participant)->last_spoke > now - hold_) return false;
  longest_ago->participant = who;
  return true;
}

std::vector<Stage::Member>::iterator Stage::find(const ParticipantId& who) {
  return std::ranges::find(members_, who, &Member::id);
}

std::vector<Casting>::iterator Stage::find_on_stage(const ParticipantId& who) {
  return std::ranges::find(cast_, who, &Casting::participant);
}

int Stage::lowest_free_slot() const {
  int slot = 0;
  while (std::ranges::find(cast_, slot, &Casting::slot) != cast_.end()) ++slot;
  return slot;
}

}  // namespace tessera::mixer
