#include "egress/backoff.h"

#include <gmock/gmock.h>

namespace tessera::egress {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;

std::vector<int> waits(Backoff& backoff, int count, Duration attempt, double chance) {
  std::vector<int> waits;
  for (int i = 0; i < count; ++i) {
    waits.push_back(static_cast<int>(backoff.next(attempt, chance).count()));
  }
  return waits;
}

TEST(Backoff, DoublesUpToASecondAndAHalf) {
  Backoff backoff;
  EXPECT_THAT(waits(backoff, 6, milliseconds(0), 0), ElementsAre(250, 500, 1000, 1500, 1500, 1500));
}

TEST(Backoff, VariesByAFifthAndIsNeverLonger) {
  Backoff backoff;
  EXPECT_THAT(waits(backoff, 5, milliseconds(0), 1), ElementsAre(200, 400, 800, 1200, 1200));
}

TEST(Backoff, CountsWhatTheAttemptTookAsWaiting) {
  Backoff backoff;
  EXPECT_THAT(waits(backoff, 5, milliseconds(600), 0), ElementsAre(250, 250, 400, 900, 900));
  EXPECT_THAT(waits(backoff, 1, seconds(3), 0), ElementsAre(250));
}

TEST(Backoff, BeginsAnewOnceTheTargetIsWell) {
  Backoff backoff;
  waits(backoff, 5, milliseconds(0), 0);
  backoff.reset();
  EXPECT_THAT(waits(backoff, 2, milliseconds(0), 0), ElementsAre(250, 500));
}

}  // namespace
}  // namespace tessera::egress
