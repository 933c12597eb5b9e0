#include "mixer/stage.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

namespace tessera::mixer {

void PrintTo(const Casting& casting, std::ostream* out) {
  *out << casting.participant << " in " << casting.slot;
}

namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr TimePoint start{std::chrono::hours(1)};

Casting in(const ParticipantId& who, int slot) { return {who, slot}; }

TEST(Stage, ShowsEverybodyInOrderOfJoiningWhileAllFit) {
  Stage stage(3);
  EXPECT_THAT(stage.cast(), IsEmpty());
  EXPECT_TRUE(stage.add("a"));
  EXPECT_TRUE(stage.add("b"));
  EXPECT_TRUE(stage.add("c"));
  EXPECT_THAT(stage.cast(), ElementsAre(in("a", 0), in("b", 1), in("c", 2)));
}

TEST(Stage, KeepsEachInTheirSlotWhoeverComesAndGoes) {
  Stage stage(3);
  for (const char* who : {"a", "b", "c"}) stage.add(who);
  EXPECT_TRUE(stage.remove("b"));
  EXPECT_THAT(stage.cast(), ElementsAre(in("a", 0), in("c", 2)));
  EXPECT_TRUE(stage.add("d"));
  EXPECT_THAT(stage.cast(), ElementsAre(in("a", 0), in("c", 2), in("d", 1)));
}

TEST(Stage, SpeakingMovesNothingWhileAllFit) {
  Stage stage(3);
  for (const char* who : {"a", "b", "c"}) stage.add(who);
  EXPECT_FALSE(stage.spoke("c", start));
  EXPECT_THAT(stage.cast(), ElementsAre(in("a", 0), in("b", 1), in("c", 2)));
}

TEST(Stage, ASilentNewcomerPushesNobodyOut) {
  Stage stage(2);
  stage.add("a");
  stage.add("b");
  EXPECT_FALSE(stage.add("c"));
  EXPECT_THAT(stage.cast(), ElementsAre(in("a", 0), in("b", 1)));
}

TEST(Stage, ASpeakerTakesThePlaceOfWhoSpokeLongestAgo) {
  Stage stage(3);
  for (const char* who : {"a", "b", "c", "d"}) stage.add(who);
  stage.spoke("b", start);
  stage.spoke("a", start + seconds(1));
  stage.spoke("c", start + seconds(2));
  EXPECT_TRUE(stage.spoke("d", start + seconds(9)));
  EXPECT_THAT(stage.cast(), ElementsAre(in("a", 0), in("d", 1), in("c", 2)));
}

TEST(Stage, OfThoseWhoNeverSpokeTheLastInThePictureGoesFirst) {
  Stage stage(3);
  for (const char* who : {"a", "b", "c", "d"}) stage.add(who);
  stage.spoke("d", start);
  EXPECT_THAT(stage.cast(), ElementsAre(in("a", 0), in("b", 1), in("d", 2)));
}

TEST(Stage, NobodyIsReplacedWithinTheHoldOfTheirLastWord) {
  Stage stage(1, seconds(2));
  stage.add("a");
  stage.add("b");
  stage.spoke("a", start);
  EXPECT_FALSE(stage.spoke("b", start + std::chrono::milliseconds(1999)));
  EXPECT_THAT(stage.cast(), ElementsAre(in("a", 0)));
  EXPECT_TRUE(stage.spoke("b", start + seconds(2)));
  EXPECT_THAT(stage.cast(), ElementsAre(in("b", 0)));
}

TEST(Stage, WhoSpokeLastFollowsWhoeverLeavesTheStageAtTheSamePlace) {
  Stage stage(2);
  for (const char* who : {"a", "b", "c", "d", "e"}) stage.add(who);
  stage.spoke("a", start);
  stage.spoke("b", start);
  stage.spoke("d", start + seconds(1));  // within the hold of both
  EXPECT_TRUE(stage.remove("a"));
  EXPECT_THAT(stage.cast(), ElementsAre(in("d", 0), in("b", 1)));
  EXPECT_TRUE(stage.remove("b"));
  EXPECT_THAT(stage.cast(), ElementsAre(in("d", 0), in("c", 1)));
  EXPECT_FALSE(stage.remove("e"));
}

TEST(Stage, AddingTwiceAndNamingStrangersDoNothing) {
  Stage stage(2);
  EXPECT_FALSE(stage.remove("a"));
  EXPECT_FALSE(stage.spoke("a", start));
  stage.add("a");
  EXPECT_FALSE(stage.add("a"));
  EXPECT_THAT(stage.cast(), ElementsAre(in("a", 0)));
}

TEST(Stage, WithoutSlotsShowsNobody) {
  Stage stage(0);
  EXPECT_FALSE(stage.add("a"));
  EXPECT_FALSE(stage.spoke("a", start));
  EXPECT_THAT(stage.cast(), IsEmpty());
  EXPECT_FALSE(stage.remove("a"));
}

// The same rules, as slowly and plainly as can be: a picture is a list of slots and who is in them.
class NaiveStage {
 public:
  NaiveStage(int slots, Duration hold) : hold_(hold) {
    for (int slot = 0; slot < slots; ++slot) free_slots_.insert(slot);
  }

  void add(const ParticipantId& who) {
    if (spoken_.contains(who)) return;
    spoken_[who] = never;
    waiting_.push_back(who);
    fill();
  }

  void remove(const ParticipantId& who) {
    spoken_.erase(who);
    std::erase(waiting_, who);
    for (size_t i = 0; i < picture_.size(); ++i) {
      if (picture_[i].participant != who) continue;
      if (waiting_.empty()) {
        free_slots_.insert(picture_[i].slot);
        picture_.erase(picture_.begin() + static_cast<int>(i));
      } else {
        picture_[i].participant = take_next();
      }
      return;
    }
  }

  void spoke(const ParticipantId& who, int second) {
    if (!spoken_.contains(who)) return;
    spoken_[who] = second;
    if (std::ranges::find(waiting_, who) == waiting_.end() || picture_.empty()) return;
    Casting* out = nullptr;
    for (Casting& shown : picture_) {
      if (!out || spoken_[shown.participant] <= spoken_[out->participant]) out = &shown;
    }
    // Of equals, the last in the picture.
    if (seconds(second - spoken_[out->participant]) < hold_) return;
    std::erase(waiting_, who);
    waiting_.push_back(out->participant);
    std::ranges::sort(waiting_, {}, [this](const auto& id) { return joined_at(id); });
    out->participant = who;
  }

  const std::vector<Casting>& cast() const { return picture_; }

 private:
  static constexpr int never = -1000000;

  static int joined_at(const ParticipantId& who) { return std::stoi(who); }

  ParticipantId take_next() {
    const auto next = std::ranges::max_element(waiting_, [this](const auto& a, const auto& b) {
      return std::pair(spoken_[a], -joined_at(a)) < std::pair(spoken_[b], -joined_at(b));
    });
    const ParticipantId who = *next;
    waiting_.erase(next);
    return who;
  }

  void fill() {
    if (free_slots_.empty() || waiting_.empty()) return;
    picture_.push_back({take_next(), *free_slots_.begin()});
    free_slots_.erase(free_slots_.begin());
  }

  Duration hold_;
  std::set<int> free_slots_;
  std::map<ParticipantId, int> spoken_;
  std::vector<ParticipantId> waiting_;
  std::vector<Casting> picture_;
};

TEST(Stage, FollowsTheRulesInRandomMeetings) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    std::mt19937 random(seed);
    const auto below = [&random](int limit) {
      return std::uniform_int_distribution(0, limit - 1)(random);
    };
    const int slots = 1 + below(6);
    const seconds hold(below(4));
    Stage stage(slots, hold);
    NaiveStage model(slots, hold);
    int joined = 0;
    for (int second = 0; second < 300; ++second) {
      const std::vector<Casting> before = stage.cast();
      const ParticipantId somebody = std::to_string(below(joined + 1));
      bool changed = false;
      switch (below(5)) {
        case 0:
          changed = stage.add(std::to_string(joined));
          model.add(std::to_string(joined++));
          break;
        case 1:
          changed = stage.remove(somebody);
          model.remove(somebody);
          break;
        default:
          changed = stage.spoke(somebody, start + seconds(second));
          model.spoke(somebody, second);
      }
      ASSERT_EQ(stage.cast(), model.cast()) << "seed " << seed << ", second " << second;
      ASSERT_EQ(changed, stage.cast() != before);
    }
  }
}

}  // namespace
}  // namespace tessera::mixer
