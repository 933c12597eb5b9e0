#include "base/allowance.h"

#include <gtest/gtest.h>

namespace tessera {
namespace {

using namespace std::chrono_literals;

int take_all(Allowance& allowance, TimePoint now) {
  int taken = 0;
  while (taken < 1000 && allowance.take(now)) ++taken;
  return taken;
}

TEST(Allowance, IsABurstAtOnceAndARateForLong) {
  const TimePoint start = Clock::now();
  Allowance allowance(100, 20);
  EXPECT_EQ(take_all(allowance, start), 100);
  EXPECT_EQ(take_all(allowance, start + 49ms), 0);
  EXPECT_EQ(take_all(allowance, start + 500ms), 10);
  EXPECT_EQ(take_all(allowance, start + 1500ms), 20);
}

TEST(Allowance, IsNeverMoreThanTheBurst) {
  const TimePoint start = Clock::now();
  Allowance allowance(5, 20);
  EXPECT_EQ(take_all(allowance, start), 5);
  EXPECT_EQ(take_all(allowance, start + 1h), 5);
}

TEST(Allowance, LastsForWhoKeepsToTheRate) {
  const TimePoint start = Clock::now();
  Allowance allowance(2, 20);
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(allowance.take(start + i * 50ms)) << i;
}

TEST(Allowance, GivesAllThatIsAskedForOrNothing) {
  const TimePoint start = Clock::now();
  Allowance allowance(10, 20);
  EXPECT_FALSE(allowance.take(start, 11));
  EXPECT_TRUE(allowance.take(start, 8));
  EXPECT_FALSE(allowance.take(start, 3));
  EXPECT_TRUE(allowance.take(start, 2));
}

}  // namespace
}  // namespace tessera
