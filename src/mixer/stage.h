#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/participant_id.h"
#include "base/units.h"

namespace tessera::mixer {

struct Casting {
  ParticipantId participant;
  int slot = 0;

  bool operator==(const Casting&) const = default;
};

// Casts participants into a fixed number of tile slots.
//
// While all fit, each has a slot and keeps it whoever comes and goes. Beyond that, who spoke most
// recently is shown: who speaks off stage replaces the one on stage who spoke longest ago, in the
// same slot and at the same place in the picture, so that nothing else moves. Nobody is replaced
// within `hold` of their last word, or two people talking would take the same tile from each other
// many times a second. Who hasn't spoken pushes nobody out.
//
// A value: no threads, no clock of its own. Each call says whether the cast changed; one about
// somebody unknown does nothing.
class Stage {
 public:
  explicit Stage(int slots, Duration hold = std::chrono::seconds(2));

  bool add(const ParticipantId& who);
  bool remove(const ParticipantId& who);
  // Call it again and again for as long as somebody speaks.
  bool spoke(const ParticipantId& who, TimePoint now);

  // Who is shown, in picture order: that of joining, but for those who took another's place.
  const std::vector<Casting>& cast() const { return cast_; }

 private:
  struct Member {
    ParticipantId id;
    TimePoint last_spoke = TimePoint::min();
  };

  std::vector<Member>::iterator find(const ParticipantId& who);
  std::vector<Casting>::iterator find_on_stage(const ParticipantId& who);
  int lowest_free_slot() const;

  int slots_;
  Duration hold_;
  std::vector<Member> members_;  // in the order of joining
  std::vector<Casting> cast_;
};

}  // namespace tessera::mixer
