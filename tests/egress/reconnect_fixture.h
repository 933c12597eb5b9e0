#pragma once

#include <gmock/gmock.h>

#include <csignal>

#include "egress/broadcast_fixture.h"
#include "egress/rtmp_server.h"

namespace tessera::egress {

inline constexpr Duration soon = std::chrono::seconds(3);

inline double seconds_since(TimePoint then) {
  return std::chrono::duration<double>(Clock::now() - then).count();
}

// Of the stream as whoever watches it now gets it.
inline std::vector<test::Packet> watch(const test::RtmpServer& server) {
  return test::packets_of(server.url("live", "key"), 2);
}

class ReconnectTest : public test::BroadcastTest {
 protected:
  ReconnectTest() : BroadcastTest(Bitrate{2000}) { server_.start(); }

  void go_live(int port) {
    broadcast_ = broadcast("rtmp://127.0.0.1:" + std::to_string(port) + "/live/key");
    ASSERT_TRUE(broadcast_->becomes(BroadcastState::live));
    live_at_ = Clock::now();
    before_ = watch(server_);
    ASSERT_GT(before_.size(), 60);
    EXPECT_TRUE(test::is_monotonic(before_));
  }

  // The stream that began when it first went live goes on, at the time that it is now.
  void expect_to_go_on() {
    const double now = seconds_since(live_at_);
    const std::vector<test::Packet> after = watch(server_);
    ASSERT_GT(after.size(), 60);
    EXPECT_TRUE(test::is_monotonic(after));
    EXPECT_GT(after.front().at, before_.back().at);
    EXPECT_NEAR(after.front().at, now, 3);
    std::vector<test::Packet> all = before_;
    all.insert(all.end(), after.begin(), after.end());
    EXPECT_TRUE(test::is_monotonic(all));
  }

  void survive_death_of(Duration length) {
    go_live(server_.port());
    server_.kill();
    ASSERT_TRUE(broadcast_->becomes(BroadcastState::reconnecting));
    test::observe(length);
    server_.start();
    ASSERT_TRUE(broadcast_->becomes(BroadcastState::live, soon));
    expect_to_go_on();
    EXPECT_EQ(broadcast_->states().back(), BroadcastState::live);
  }

  void survive_freeze_of(Duration length) {
    go_live(server_.port());
    const TimePoint frozen_at = Clock::now();
    server_.signal(SIGSTOP);
    EXPECT_TRUE(broadcast_->says("The server takes nothing any more.", std::chrono::seconds(15)));
    EXPECT_TRUE(broadcast_->is(BroadcastState::reconnecting));
    // What feeds it isn't held up.
    EXPECT_LT(*composite_.picture().silent_for(), std::chrono::milliseconds(200));
    EXPECT_LT(*composite_.sound().silent_for(), std::chrono::milliseconds(200));
    test::wait_until([&] { return Clock::now() > frozen_at + length; }, length);
    server_.signal(SIGCONT);
    ASSERT_TRUE(broadcast_->becomes(BroadcastState::live, soon));
    expect_to_go_on();
  }

  test::RtmpServer server_;
  std::unique_ptr<test::Watched> broadcast_;
  TimePoint live_at_;
  std::vector<test::Packet> before_;
};

}  // namespace tessera::egress
