#include <gmock/gmock.h>

#include "ingest/moments.h"
#include "ingest/rtsp_server.h"
#include "ingest/stage.h"
#include "support/free_port.h"

namespace tessera::ingest {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::RtspServer;
using test::wait_until;

TEST(RtspSource, PlaysWhatIsLiveAndIsOpenedAnewWhenItBreaks) {
  const int port = test::free_port(SOCK_STREAM);
  auto server = std::make_unique<RtspServer>(port, "red");
  Stage stage("rtsp://127.0.0.1:" + std::to_string(port) + "/live",
              {.silence_timeout = seconds(3), .first_retry = milliseconds(300)});
  ASSERT_TRUE(stage.wait_for_colour(0xff0000));
  EXPECT_TRUE(stage.wait_for_tone(440));
  EXPECT_TRUE(stage.player().is_live());
  EXPECT_TRUE(stage.player().has_video());
  EXPECT_TRUE(stage.player().has_audio());
  const Moments stamps(*stage.player().video(), Moments::Of::pictures);
  stage.pictures().start_measuring();
  EXPECT_TRUE(wait_until([&] { return stage.pictures().frames() > 45; }));
  EXPECT_NEAR(stage.pictures().frames_per_second(), 30, 6);
  EXPECT_LT(stamps.latest(), 0.1);
  EXPECT_GT(stamps.earliest(), -0.01);
  server.reset();
  EXPECT_TRUE(stage.wait_for_state(Player::State::reconnecting));
  server = std::make_unique<RtspServer>(port, "green");
  EXPECT_TRUE(
      wait_until([&] { return stage.player().state() == Player::State::playing; }, seconds(20)));
  EXPECT_TRUE(stage.wait_for_colour(0x00ff00));
  EXPECT_TRUE(stage.wait_for_tone(440));
}

TEST(RtspSource, IsOpenedAnewWhilePausedAndGoesOnWithWhatIsLive) {
  const int port = test::free_port(SOCK_STREAM);
  auto server = std::make_unique<RtspServer>(port, "red");
  Stage stage("rtsp://127.0.0.1:" + std::to_string(port) + "/live",
              {.silence_timeout = seconds(3), .first_retry = milliseconds(300)});
  ASSERT_TRUE(stage.wait_for_colour(0xff0000));
  server.reset();
  ASSERT_TRUE(stage.wait_for_state(Player::State::reconnecting));
  stage.player().pause();
  server = std::make_unique<RtspServer>(port, "green");
  ASSERT_TRUE(
      wait_until([&] { return stage.player().state() == Player::State::paused; }, seconds(20)));
  stage.player().resume();
  EXPECT_TRUE(stage.wait_for_colour(0x00ff00));
  EXPECT_TRUE(stage.wait_for_tone(440));
}

}  // namespace
}  // namespace tessera::ingest
