#include "base/result.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace tessera {
namespace {

Result<int> half(int number) {
  if (number % 2 != 0) return Error{"odd", "The number is odd."};
  return number / 2;
}

TEST(Result, HoldsAValue) {
  const Result<int> result = half(6);
  ASSERT_TRUE(result);
  EXPECT_TRUE(result.has_value());
  EXPECT_EQ(*result, 3);
  EXPECT_EQ(result.value(), 3);
}

TEST(Result, HoldsAnError) {
  const Result<int> result = half(7);
  ASSERT_FALSE(result);
  EXPECT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, "odd");
  EXPECT_EQ(result.error().message, "The number is odd.");
}

TEST(Result, OfATruthValueSucceedsWithFalseToo) {
  const Result<bool> result = false;
  EXPECT_TRUE(result);
  EXPECT_FALSE(*result);
}

TEST(Result, GivesAwayWhatCanOnlyBeMoved) {
  Result<std::unique_ptr<int>> result = std::make_unique<int>(5);
  EXPECT_EQ(**result, 5);
  const std::unique_ptr<int> taken = *std::move(result);
  ASSERT_NE(taken, nullptr);
  EXPECT_EQ(*taken, 5);
}

TEST(Result, ReachesIntoItsValue) {
  Result<std::string> result = std::string("four");
  result->append("teen");
  EXPECT_EQ(*result, "fourteen");
}

TEST(Result, OfNothingSucceedsUnlessItHoldsAnError) {
  EXPECT_TRUE(Result<void>());
  const Result<void> failed = Error{"code", "Message."};
  EXPECT_FALSE(failed);
  EXPECT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().code, "code");
}

}  // namespace
}  // namespace tessera
