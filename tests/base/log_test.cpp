#include "base/log.h"

#include <gtest/gtest.h>

namespace tessera {
namespace {

// The level is the program's, not one test's.
class LogTest : public testing::Test {
 protected:
  ~LogTest() override { set_log_level("info"); }
};

TEST_F(LogTest, HasOneLoggerPerModule) {
  EXPECT_EQ(&log("one"), &log("one"));
  EXPECT_NE(&log("one"), &log("other"));
  EXPECT_EQ(log("one").name(), "one");
}

TEST_F(LogTest, SetsTheLevelOfLoggersThatAreThereAndOfThoseToCome) {
  spdlog::logger& before = log("before");
  ASSERT_TRUE(set_log_level("warning"));
  EXPECT_FALSE(before.should_log(spdlog::level::info));
  EXPECT_TRUE(before.should_log(spdlog::level::warn));
  EXPECT_FALSE(log("after").should_log(spdlog::level::info));
  ASSERT_TRUE(set_log_level("debug"));
  EXPECT_TRUE(before.should_log(spdlog::level::debug));
  EXPECT_FALSE(before.should_log(spdlog::level::trace));
}

TEST_F(LogTest, RefusesLevelsItDoesNotKnowAndKeepsItsOwn) {
  ASSERT_TRUE(set_log_level("error"));
  for (const char* unknown : {"", "loud", "Error", "off"}) EXPECT_FALSE(set_log_level(unknown));
  EXPECT_FALSE(log("one").should_log(spdlog::level::warn));
  EXPECT_TRUE(log("one").should_log(spdlog::level::err));
}

}  // namespace
}  // namespace tessera
