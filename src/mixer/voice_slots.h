#pragma once

#include <chrono>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/participant_id.h"
#include "base/units.h"

namespace tessera::mixer {

// Loudness as in RFC 6464, in decibels below overload: 0 is the loudest, 127 silence.
struct Level {
  double minus_dbov = 127;

  constexpr bool at_least_as_loud_as(Level other) const { return minus_dbov <= other.minus_dbov; }
  constexpr Level louder_by(double decibels) const { return {minus_dbov - decibels}; }
};

// Who now sits in which slot; without one they lost their seat and hear the programme.
struct Seating {
  ParticipantId participant;
  std::optional<int> slot;

  bool operator==(const Seating&) const = default;
};

// Seats whoever speaks in one of a fixed number of voice slots.
//
// A room mixes at most as many voices as it has slots, so its cost doesn't grow with the meeting.
// While all fit, each has a seat from joining to leaving. Beyond that a seat goes to who speaks,
// from who has been silent longest; it is theirs until they have been silent for `hold`, so that a
// cough takes no speaker's place. Only somebody who for long is much louder than the softest
// speaker takes their seat all the same. Nobody with a closed microphone sits while one with an
// open microphone stands.
//
// A value: no threads, no clock of its own, no GStreamer. Each call returns what changed: of two
// who change places, who gave up the seat comes first. One about somebody unknown does nothing.
// hear() costs a look-up for those who sit.
class VoiceSlots {
 public:
  struct Options {
    // What is as loud as this, smoothed so that one loud packet doesn't count, is speech.
    Level speech{50};
    std::chrono::milliseconds smoothing{40};
    // So much speech in a row makes a speaker. A pause between syllables doesn't end the row.
    std::chrono::milliseconds attack{100};
    std::chrono::milliseconds pause{300};
    // So much silence opens a seat to other speakers.
    std::chrono::milliseconds hold{2000};
    // So much speech, and so much louder, takes a seat from somebody who isn't silent.
    std::chrono::milliseconds challenge{1000};
    double challenge_decibels = 10;
  };

  explicit VoiceSlots(int slots);
  VoiceSlots(int slots, const Options& options);

  std::vector<Seating> join(const ParticipantId& who, bool microphone = true);
  std::vector<Seating> leave(const ParticipantId& who);
  std::vector<Seating> set_microphone(const ParticipantId& who, bool on);
  // The level of the sound since the last call, as it arrives: with each packet, or less often.
  std::vector<Seating> hear(const ParticipantId& who, Level level, TimePoint now);

  std::optional<int> slot_of(const ParticipantId& who) const;
  // Whether they are in the middle of speech. Says so of those without a seat too.
  bool is_speaking(const ParticipantId& who, TimePoint now) const;

 private:
  struct Voice {
    int joined = 0;  // counts up
    bool microphone = true;
    std::optional<int> slot;
    Level level;         // smoothed
    Level speech_level;  // of what was speech, smoothed over `challenge`: a pause doesn't lower it
    std::chrono::duration<double> speech{};  // how much in a row, pauses not counted
    TimePoint last_heard = TimePoint::min();
    TimePoint last_speech = TimePoint::min();
  };
  using Voices = std::unordered_map<ParticipantId, Voice>;

  void follow(Voice& voice, Level level, TimePoint now) const;
  Seating seat(Voices::value_type& who, int slot);
  std::vector<Seating> replace(Voices::value_type& incumbent, Voices::value_type& successor);
  std::optional<int> free_slot() const;
  Voices::value_type* first_to_sit();
  Voices::value_type* seated_with_closed_microphone();
  Voices::value_type* whose_seat_falls_to(const Voice& speaker, TimePoint now);

  Options options_;
  Voices voices_;
  std::vector<std::optional<ParticipantId>> seats_;
  int joined_ = 0;
};

}  // namespace tessera::mixer
