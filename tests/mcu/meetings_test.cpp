#include "mcu/meetings.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

namespace tessera::mcu {
namespace {

class DeafClient : public signalling::Client {
 public:
  void send_serialized(const std::string&) override {}
  void close(const Error&) override {}
};

// Meetings in which nobody makes an offer, so that there are no media.
class MeetingsTest : public testing::Test {
 protected:
  std::unique_ptr<signalling::Seat> join(const std::string& token = "",
                                         std::optional<bool> recorded = std::nullopt) {
    auto seat = meetings_.join(
        {.room = "room", .name = "Somebody", .recorded = recorded, .token = token}, client_);
    EXPECT_TRUE(seat.has_value());
    return *std::move(seat);
  }

  const Participant& latest() const { return *meetings_.find("room")->participants().back(); }

  DeafClient client_;
  Meetings meetings_{{}, {}};
};

TEST_F(MeetingsTest, WhoWasntRecordedIsntWhenTheyComeBackAfterTheirSeatIsGone) {
  const auto other = join();
  auto seat = join();
  EXPECT_TRUE(latest().recorded());
  seat->set_media({.recorded = false});
  for (int time = 0; time < 2; ++time) {
    const std::string token = latest().token();
    seat.reset();
    seat = join(token);
    EXPECT_NE(latest().token(), token);
    EXPECT_FALSE(latest().recorded());
  }
}

TEST_F(MeetingsTest, WhoComesBackIsRecordedIfTheySaySoOrWereBefore) {
  const auto other = join();
  auto seat = join("", false);
  std::string token = latest().token();
  seat.reset();
  seat = join(token, true);
  EXPECT_TRUE(latest().recorded());
  token = latest().token();
  seat.reset();
  seat = join(token);
  EXPECT_TRUE(latest().recorded());
}

TEST_F(MeetingsTest, ATokenThatNobodyHadIsIgnored) {
  const auto other = join("", false);
  const auto seat = join("made up");
  EXPECT_TRUE(latest().recorded());
}

}  // namespace
}  // namespace tessera::mcu
