#include "egress/reconnect_fixture.h"
#include "egress/relay.h"

namespace tessera::egress {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;

TEST_F(ReconnectTest, IsLiveSoonAfterADeathOfHalfASecond) { survive_death_of(milliseconds(500)); }

TEST_F(ReconnectTest, IsLiveSoonAfterADeathOfFiveSeconds) { survive_death_of(seconds(5)); }

TEST_F(ReconnectTest, IsLiveSoonAfterTheServerWasFrozen) { survive_freeze_of(seconds(12)); }

TEST_F(ReconnectTest, IsLiveSoonAfterTheTrafficWasDropped) {
  test::Relay relay(server_.port());
  go_live(relay.port());
  relay.hold_back();
  EXPECT_TRUE(broadcast_->becomes(BroadcastState::reconnecting, seconds(15)));
  EXPECT_THAT(broadcast_->reasons(), ElementsAre("", "The server takes nothing any more."));
  EXPECT_TRUE(broadcast_->says("The server doesn't answer."));
  relay.let_pass();
  ASSERT_TRUE(broadcast_->becomes(BroadcastState::live, soon));
  expect_to_go_on();
  broadcast_.reset();
}

// It accepts the connection and says nothing.
TEST_F(ReconnectTest, SaysThatTheServerDoesNotAnswer) {
  test::Relay relay(server_.port());
  relay.hold_back();
  const auto broadcast =
      this->broadcast("rtmp://127.0.0.1:" + std::to_string(relay.port()) + "/live/key");
  EXPECT_TRUE(broadcast->says("The server doesn't answer.", seconds(7)));
  relay.let_pass();
  EXPECT_TRUE(broadcast->becomes(BroadcastState::live, soon));
}

}  // namespace
}  // namespace tessera::egress
