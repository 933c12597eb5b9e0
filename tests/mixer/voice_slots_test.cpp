#include "mixer/voice_slots.h"

#include <gmock/gmock.h>

#include <map>
#include <random>
#include <set>

namespace tessera::mixer {

void PrintTo(const Seating& seating, std::ostream* out) {
  *out << seating.participant
       << (seating.slot ? " sits in " + std::to_string(*seating.slot) : " stands");
}

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr Level silence{127};
constexpr Level speech{35};
constexpr Level shout{15};
constexpr milliseconds packet{20};

Seating sits(const ParticipantId& who, int slot) { return {who, slot}; }
Seating stands(const ParticipantId& who) { return {who, std::nullopt}; }

// A meeting in which a packet from everybody arrives each 20 ms.
class VoiceSlotsTest : public testing::Test {
 protected:
  using Levels = std::map<ParticipantId, Level>;

  // Plays what each sends for that long and returns what changed; who isn't named sends nothing.
  std::vector<Seating> play(milliseconds length, const Levels& levels) {
    std::vector<Seating> changes;
    for (const TimePoint end = now_ + length; now_ < end; now_ += packet) {
      for (const auto& [who, level] : levels) {
        const auto more = slots_.hear(who, level, now_);
        changes.insert(changes.end(), more.begin(), more.end());
      }
    }
    return changes;
  }

  void join(const std::vector<ParticipantId>& everybody) {
    for (const auto& who : everybody) slots_.join(who);
  }

  VoiceSlots slots_{2};
  TimePoint now_{std::chrono::hours(1)};
};

TEST_F(VoiceSlotsTest, EverybodySitsFromJoiningWhileAllFit) {
  EXPECT_THAT(slots_.join("a"), ElementsAre(sits("a", 0)));
  EXPECT_THAT(slots_.join("b", false), ElementsAre(sits("b", 1)));
  EXPECT_THAT(slots_.set_microphone("b", true), IsEmpty());
  EXPECT_THAT(slots_.set_microphone("a", false), IsEmpty());
  EXPECT_THAT(play(seconds(5), {{"a", speech}, {"b", shout}}), IsEmpty());
  EXPECT_EQ(slots_.slot_of("a"), 0);
  EXPECT_EQ(slots_.slot_of("b"), 1);
}

TEST_F(VoiceSlotsTest, ANewcomerStandsWhenAllSeatsAreTaken) {
  join({"a", "b"});
  EXPECT_THAT(slots_.join("c"), IsEmpty());
  EXPECT_EQ(slots_.slot_of("c"), std::nullopt);
}

TEST_F(VoiceSlotsTest, WhoSpeaksTakesTheSeatOfWhoWasSilentLongest) {
  join({"a", "b", "c"});
  play(seconds(1), {{"b", speech}});
  play(seconds(1), {{"a", speech}});
  play(seconds(5), {{"a", silence}, {"b", silence}});
  EXPECT_THAT(play(milliseconds(300), {{"c", speech}}), ElementsAre(stands("b"), sits("c", 1)));
}

TEST_F(VoiceSlotsTest, SpeechIsSeatedWithinAFifthOfASecond) {
  join({"a", "b", "c"});
  play(seconds(1), {{"c", silence}});
  EXPECT_THAT(play(milliseconds(200), {{"c", speech}}), ElementsAre(stands("a"), sits("c", 0)));
}

TEST_F(VoiceSlotsTest, AClickIsNotSpeech) {
  join({"a", "b", "c"});
  for (int i = 0; i < 20; ++i) {
    EXPECT_THAT(play(packet, {{"c", Level{5}}}), IsEmpty());
    EXPECT_THAT(play(milliseconds(180), {{"c", silence}}), IsEmpty());
  }
}

TEST_F(VoiceSlotsTest, ShortNoisesDoNotAddUpToSpeech) {
  join({"a", "b", "c"});
  for (int i = 0; i < 20; ++i) {
    EXPECT_THAT(play(milliseconds(80), {{"c", Level{20}}}), IsEmpty());
    EXPECT_THAT(play(milliseconds(420), {{"c", silence}}), IsEmpty());
  }
}

TEST_F(VoiceSlotsTest, SilenceAfterAGapIsSilenceHoweverLoudItWasBefore) {
  join({"a", "b", "c"});
  play(seconds(1), {{"a", Level{5}}, {"b", speech}});
  play(seconds(5), {{"b", speech}});
  play(packet, {{"a", silence}, {"b", speech}});
  EXPECT_THAT(play(milliseconds(300), {{"b", speech}, {"c", speech}}),
              ElementsAre(stands("a"), sits("c", 0)));
}

TEST_F(VoiceSlotsTest, NoiseBelowSpeechTakesNoSeatHoweverLong) {
  join({"a", "b", "c"});
  EXPECT_THAT(play(seconds(60), {{"c", Level{51}}}), IsEmpty());
  EXPECT_FALSE(slots_.is_speaking("c", now_));
}

TEST_F(VoiceSlotsTest, ACoughTakesNoSpeakersPlace) {
  join({"a", "b", "c"});
  play(seconds(3), {{"a", speech}, {"b", speech}, {"c", silence}});
  EXPECT_THAT(play(milliseconds(400), {{"a", speech}, {"b", speech}, {"c", Level{5}}}), IsEmpty());
}

TEST_F(VoiceSlotsTest, ASpeakerKeepsTheSeatThroughAPauseShorterThanTheHold) {
  join({"a", "b", "c"});
  play(seconds(3), {{"a", speech}, {"b", speech}});
  EXPECT_THAT(play(milliseconds(1900), {{"b", speech}, {"c", speech}}), IsEmpty());
  EXPECT_THAT(play(milliseconds(300), {{"b", speech}, {"c", speech}}),
              ElementsAre(stands("a"), sits("c", 0)));
}

TEST_F(VoiceSlotsTest, OfEquallyLoudSpeakersTheOneWithoutASeatWaits) {
  join({"a", "b", "c"});
  play(seconds(1), {{"a", speech}, {"b", speech}});
  EXPECT_THAT(play(seconds(20), {{"a", speech}, {"b", speech}, {"c", speech}}), IsEmpty());
  EXPECT_TRUE(slots_.is_speaking("c", now_));
}

TEST_F(VoiceSlotsTest, WhoIsMuchLouderForLongTakesTheSoftestSpeakersSeat) {
  join({"a", "b", "c"});
  play(seconds(3), {{"a", speech}, {"b", Level{45}}});
  const Levels levels{{"a", speech}, {"b", Level{45}}, {"c", Level{5}}};
  EXPECT_THAT(play(milliseconds(980), levels), IsEmpty());
  EXPECT_THAT(play(milliseconds(300), levels), ElementsAre(stands("b"), sits("c", 1)));
}

TEST_F(VoiceSlotsTest, WhoIsALittleLouderWaits) {
  join({"a", "b", "c"});
  play(seconds(3), {{"a", speech}, {"b", Level{45}}});
  EXPECT_THAT(play(seconds(20), {{"a", speech}, {"b", Level{45}}, {"c", Level{37}}}), IsEmpty());
}

TEST_F(VoiceSlotsTest, TheOneWhoLostTheSeatDoesNotFightForIt) {
  join({"a", "b", "c"});
  const Levels levels{{"a", speech}, {"b", Level{45}}, {"c", Level{25}}};
  play(seconds(3), {{"a", speech}, {"b", Level{45}}});
  play(seconds(3), levels);
  EXPECT_THAT(play(seconds(30), levels), IsEmpty());
}

TEST_F(VoiceSlotsTest, SyllablesInARowAreOneSpeech) {
  join({"a", "b", "c"});
  play(seconds(3), {{"a", speech}, {"b", Level{45}}});
  std::vector<Seating> changes;
  for (int i = 0; i < 12; ++i) {
    for (const Level level : {Level{20}, silence}) {
      const auto more = play(milliseconds(150), {{"a", speech}, {"b", Level{45}}, {"c", level}});
      changes.insert(changes.end(), more.begin(), more.end());
    }
  }
  EXPECT_THAT(changes, ElementsAre(stands("b"), sits("c", 1)));
}

TEST_F(VoiceSlotsTest, LevelsThatComeSeldomWorkAsWell) {
  join({"a", "b", "c"});
  std::vector<Seating> changes;
  for (int i = 0; i < 4; ++i, now_ += milliseconds(100)) {
    const auto more = slots_.hear("c", speech, now_);
    changes.insert(changes.end(), more.begin(), more.end());
  }
  EXPECT_THAT(changes, ElementsAre(stands("a"), sits("c", 0)));
}

TEST_F(VoiceSlotsTest, AFreeSeatGoesToTheLastSpeakerAtOnce) {
  join({"a", "b", "c", "d", "e"});
  play(seconds(3), {{"a", speech}, {"b", speech}, {"d", speech}});
  EXPECT_THAT(slots_.leave("a"), ElementsAre(sits("d", 0)));
}

TEST_F(VoiceSlotsTest, AFreeSeatGoesToTheEarliestWhenNobodySpeaks) {
  join({"a", "b", "c", "d"});
  EXPECT_THAT(slots_.leave("b"), ElementsAre(sits("c", 1)));
  EXPECT_THAT(slots_.leave("d"), IsEmpty());
  EXPECT_THAT(slots_.leave("a"), IsEmpty());
  EXPECT_THAT(slots_.join("e"), ElementsAre(sits("e", 0)));
}

TEST_F(VoiceSlotsTest, AnOpenMicrophoneSitsBeforeAClosedOne) {
  join({"a", "b"});
  slots_.join("muted", false);
  EXPECT_THAT(slots_.set_microphone("a", false), IsEmpty());  // nobody needs the seat
  EXPECT_THAT(slots_.join("c"), ElementsAre(stands("a"), sits("c", 0)));
  EXPECT_THAT(slots_.set_microphone("b", false), IsEmpty());
  EXPECT_THAT(slots_.set_microphone("a", true), ElementsAre(stands("b"), sits("a", 1)));
  EXPECT_THAT(slots_.set_microphone("b", true), IsEmpty());
  EXPECT_THAT(slots_.set_microphone("c", false), ElementsAre(stands("c"), sits("b", 0)));
  EXPECT_THAT(slots_.leave("b"), ElementsAre(sits("muted", 0)));
}

TEST_F(VoiceSlotsTest, AClosedMicrophoneIsNotHeard) {
  join({"a", "b", "c"});
  slots_.set_microphone("c", false);
  EXPECT_THAT(play(seconds(5), {{"c", shout}}), IsEmpty());
  EXPECT_FALSE(slots_.is_speaking("c", now_));
}

TEST_F(VoiceSlotsTest, SpeechEndsWithThePacketsToo) {
  join({"a"});
  play(seconds(1), {{"a", speech}});
  EXPECT_TRUE(slots_.is_speaking("a", now_));
  EXPECT_FALSE(slots_.is_speaking("a", now_ + milliseconds(300)));
  play(packet, {{"a", silence}});
  now_ += seconds(1);
  play(packet, {{"a", shout}});
  EXPECT_FALSE(slots_.is_speaking("a", now_)) << "one packet after a gap is no speech";
}

TEST_F(VoiceSlotsTest, StrangersAndSecondJoinsDoNothing) {
  EXPECT_THAT(slots_.leave("x"), IsEmpty());
  EXPECT_THAT(slots_.hear("x", shout, now_), IsEmpty());
  EXPECT_THAT(slots_.set_microphone("x", false), IsEmpty());
  slots_.join("a");
  EXPECT_THAT(slots_.join("a"), IsEmpty());
}

TEST_F(VoiceSlotsTest, LevelsOutOfRangeAndClocksThatStepBackDoNoHarm) {
  join({"a", "b", "c"});
  for (const double level : {-1e9, 1e9, 0.0}) {
    slots_.hear("c", Level{level}, now_);
    slots_.hear("c", Level{level}, now_ - seconds(10));
  }
  EXPECT_THAT(play(milliseconds(300), {{"c", speech}}), ElementsAre(stands("a"), sits("c", 0)));
}

// Keeps its own record from the seatings alone, as a room does, and checks it after each event.
class RecordedSlots {
 public:
  explicit RecordedSlots(int count) : count_(count), slots_(count) {}

  void join(const ParticipantId& who, bool microphone) {
    microphones_[who] = microphone;
    record(slots_.join(who, microphone));
  }
  void leave(const ParticipantId& who) {
    microphones_.erase(who);
    seats_.erase(who);
    record(slots_.leave(who));
  }
  void set_microphone(const ParticipantId& who, bool on) {
    if (microphones_.contains(who)) microphones_[who] = on;
    record(slots_.set_microphone(who, on));
  }
  void hear(const ParticipantId& who, Level level, TimePoint now) {
    const auto changes = slots_.hear(who, level, now);
    record(changes);
    if (!changes.empty()) {
      EXPECT_EQ(changes.size(), 2);
      EXPECT_EQ(changes.back().participant, who);
    }
  }

  void check() const {
    std::set<int> taken;
    size_t open = 0;
    size_t open_and_seated = 0;
    for (const auto& [who, microphone] : microphones_) {
      const auto seat = seats_.find(who);
      EXPECT_EQ(slots_.slot_of(who),
                seat == seats_.end() ? std::nullopt : std::optional(seat->second));
      open += microphone;
      open_and_seated += microphone && seat != seats_.end();
    }
    for (const auto& [who, slot] : seats_) {
      EXPECT_TRUE(microphones_.contains(who)) << who << " left";
      EXPECT_TRUE(slot >= 0 && slot < count_);
      EXPECT_TRUE(taken.insert(slot).second) << "two in slot " << slot;
    }
    const auto count = static_cast<size_t>(count_);
    EXPECT_EQ(seats_.size(), std::min(count, microphones_.size())) << "a seat is left free";
    EXPECT_EQ(open_and_seated, std::min(count, open)) << "a closed microphone sits before an open";
  }

 private:
  void record(const std::vector<Seating>& changes) {
    for (const Seating& change : changes) {
      if (change.slot) {
        EXPECT_FALSE(seats_.contains(change.participant));
        for (const auto& [who, slot] : seats_) {
          EXPECT_NE(slot, *change.slot) << change.participant << " sits on " << who;
        }
        seats_[change.participant] = *change.slot;
      } else {
        EXPECT_EQ(seats_.erase(change.participant), 1) << "lost a seat they didn't have";
      }
    }
  }

  int count_;
  VoiceSlots slots_;
  std::map<ParticipantId, bool> microphones_;
  std::map<ParticipantId, int> seats_;
};

TEST(VoiceSlots, KeepOrderInRandomMeetings) {
  for (unsigned seed = 0; seed < 40; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    const auto below = [&random](int limit) {
      return std::uniform_int_distribution(0, limit - 1)(random);
    };
    RecordedSlots slots(below(6));
    TimePoint now{std::chrono::hours(1)};
    int joined = 0;
    for (int step = 0; step < 400; ++step) {
      const ParticipantId somebody = std::to_string(below(joined + 1));
      switch (below(30)) {
        case 0:
          slots.join(std::to_string(joined++), below(3) > 0);
          break;
        case 1:
          slots.leave(somebody);
          break;
        case 2:
          slots.set_microphone(somebody, below(2) == 0);
          break;
        default: {
          const Level level{static_cast<double>(below(128))};
          for (int packets = below(80); packets > 0; --packets, now += packet) {
            slots.hear(somebody, level, now);
          }
        }
      }
      slots.check();
      if (testing::Test::HasFailure()) return;
    }
  }
}

}  // namespace
}  // namespace tessera::mixer
