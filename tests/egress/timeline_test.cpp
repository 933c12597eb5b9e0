#include "egress/timeline.h"

#include <gtest/gtest.h>

namespace tessera::egress {
namespace {

using Position = std::optional<GstClockTime>;

constexpr Position nowhere = std::nullopt;

TEST(Timeline, BeginsWithTheFirstKeyframeForTheSoundAsWell) {
  Timeline timeline;
  EXPECT_EQ(timeline.place_picture(900, true), nowhere);
  timeline.begin(1000);
  EXPECT_EQ(timeline.place_picture(990, true), nowhere);
  EXPECT_EQ(timeline.place_picture(1010, false), nowhere);
  EXPECT_TRUE(timeline.is_undecided(1005));
  EXPECT_FALSE(timeline.is_undecided(995));
  EXPECT_TRUE(timeline.is_empty());
  EXPECT_EQ(timeline.place_picture(1020, true), 0U);
  EXPECT_FALSE(timeline.is_undecided(1005));
  EXPECT_EQ(timeline.place_sound(1005, 20), nowhere);
  EXPECT_EQ(timeline.place_sound(1025, 20), 5U);
  EXPECT_EQ(timeline.length(1070), 50U);
}

TEST(Timeline, LeavesAPauseOutHoweverLateThePicturesAndTheSoundCome) {
  constexpr GstClockTime ms = GST_MSECOND;
  Timeline timeline;
  timeline.begin(0);
  EXPECT_EQ(timeline.place_picture(0, true), 0U);
  timeline.pause(100 * ms);
  EXPECT_EQ(timeline.place_picture(90 * ms, false), 90 * ms);
  EXPECT_EQ(timeline.place_picture(100 * ms, true), nowhere);
  EXPECT_EQ(timeline.length(500 * ms), 100 * ms);
  timeline.begin(600 * ms);
  EXPECT_EQ(timeline.length(650 * ms), 100 * ms);
  EXPECT_EQ(timeline.place_picture(620 * ms, true), 100 * ms);
  EXPECT_EQ(timeline.place_sound(80 * ms, 20 * ms), 80 * ms);
  EXPECT_EQ(timeline.place_sound(85 * ms, 20 * ms), nowhere);  // Reaches into the pause.
  EXPECT_EQ(timeline.place_sound(500 * ms, 20 * ms), nowhere);
  EXPECT_EQ(timeline.place_sound(610 * ms, 20 * ms), nowhere);
  EXPECT_EQ(timeline.place_sound(640 * ms, 20 * ms), 120 * ms);
  EXPECT_EQ(timeline.length(720 * ms), 200 * ms);
}

TEST(Timeline, NeverGoesBack) {
  Timeline timeline;
  timeline.begin(0);
  EXPECT_EQ(timeline.place_picture(100, true), 0U);
  EXPECT_EQ(timeline.place_picture(100, true), GST_MSECOND);
  EXPECT_EQ(timeline.place_sound(150, 20), 50U);
  EXPECT_EQ(timeline.place_sound(150, 20), nowhere);
}

TEST(Timeline, ForgetsABeginningThatNoKeyframeFollowed) {
  Timeline timeline;
  timeline.begin(0);
  timeline.pause(50);
  EXPECT_EQ(timeline.place_picture(60, true), nowhere);
  EXPECT_TRUE(timeline.is_empty());
}

}  // namespace
}  // namespace tessera::egress
