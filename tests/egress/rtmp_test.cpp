#include <gmock/gmock.h>

#include "egress/broadcast_fixture.h"
#include "egress/rtmp_server.h"

namespace tessera::egress {
namespace {

using std::chrono::seconds;
using test::wait_until;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::ptrdiff_t count_open_files() {
  const std::filesystem::directory_iterator files("/proc/self/fd");
  return std::distance(begin(files), end(files));
}

class RtmpTest : public test::BroadcastTest {
 protected:
  test::FileProbe only_recording(const std::string& key) {
    const auto files = server_.recordings(key);
    EXPECT_EQ(files.size(), 1U);
    return test::FileProbe(files.empty() ? "" : files[0].string());
  }

  test::RtmpServer server_;
};

TEST_F(RtmpTest, SendsPictureAndSoundThatBelongTogether) {
  server_.start();
  const auto broadcast = this->broadcast(server_.url("live", "key"));
  ASSERT_TRUE(broadcast->becomes(BroadcastState::live));
  test::observe(seconds(5));
  (**broadcast).stop();
  EXPECT_TRUE(broadcast->is(BroadcastState::ended));
  EXPECT_THAT(broadcast->states(), ElementsAre(BroadcastState::live));
  server_.kill();
  const test::FileProbe recording = only_recording("key");
  EXPECT_EQ(test::faults_of(recording), "");
  const auto packets = recording.packets();
  EXPECT_LT(test::longest_keyframe_interval(packets), 2.1);
  ASSERT_GT(packets.size(), 300);
  EXPECT_TRUE(packets.front().is_video && packets.front().is_keyframe);
  EXPECT_LT(packets.front().at, 0.1);
}

TEST_F(RtmpTest, SendsToSeveralTargetsAtOnce) {
  server_.start();
  std::vector<std::unique_ptr<test::Watched>> broadcasts;
  const std::vector<std::string> keys = {"one", "two", "three"};
  for (const auto& key : keys) broadcasts.push_back(broadcast(server_.url("live", key)));
  for (const auto& each : broadcasts) ASSERT_TRUE(each->becomes(BroadcastState::live));
  test::observe(seconds(4));
  broadcasts.clear();
  server_.kill();
  for (const auto& key : keys) EXPECT_EQ(test::faults_of(only_recording(key)), "") << key;
}

TEST_F(RtmpTest, SaysThatTheServerRefusesTheConnection) {
  const auto broadcast = this->broadcast(server_.url("live", "key"));
  EXPECT_TRUE(broadcast->says("The server refuses the connection."));
  EXPECT_TRUE(broadcast->is(BroadcastState::connecting));
  server_.start();
  EXPECT_TRUE(broadcast->becomes(BroadcastState::live, seconds(3)));
  EXPECT_THAT((**broadcast).reason(), IsEmpty());
}

TEST_F(RtmpTest, IsNeverLiveWhereTheStreamIsRejected) {
  server_.start();
  const auto broadcast = this->broadcast(server_.url("closed", "secret"));
  ASSERT_TRUE(wait_until([&] { return !broadcast->reasons().empty(); }));
  test::observe(seconds(2));
  EXPECT_THAT(broadcast->states(), Each(BroadcastState::connecting));
  EXPECT_THAT(broadcast->reasons(), Each(Not(HasSubstr("secret"))));
  EXPECT_THAT((**broadcast).reason(), HasSubstr("perhaps it doesn't know the stream key"));
}

TEST_F(RtmpTest, SaysThatSomebodyElseHasTheName) {
  server_.start();
  const auto first = broadcast(server_.url("live", "key"));
  ASSERT_TRUE(first->becomes(BroadcastState::live));
  const auto second = broadcast(server_.url("live", "key"));
  EXPECT_TRUE(second->says("The server has a stream of that name already."));
  EXPECT_TRUE(first->is(BroadcastState::live));
  // rtmp2sink leaves each of these connections open.
  const std::ptrdiff_t open_files = count_open_files();
  test::observe(seconds(8));
  EXPECT_LT(count_open_files(), open_files + 6);
}

TEST_F(RtmpTest, SaysThatThereIsNoSuchServer) {
  const auto broadcast = this->broadcast("rtmp://nowhere.invalid/live/key");
  EXPECT_TRUE(broadcast->says("There is no server of that name."));
}

// An encoder that is replaced needs no new connection.
TEST_F(RtmpTest, GoesOnWithAnotherEncoder) {
  server_.start();
  const auto broadcast = this->broadcast(server_.url("live", "key"));
  ASSERT_TRUE(broadcast->becomes(BroadcastState::live));
  test::observe(seconds(2));
  const test::Composite other(test::Composite::Encoding::h264_aac);
  (**broadcast).starve();
  (**broadcast).feed(other.picture(), other.sound());
  test::observe(seconds(4));
  (**broadcast).stop();
  EXPECT_THAT(broadcast->states(), ElementsAre(BroadcastState::live));
  server_.kill();
  const test::FileProbe recording = only_recording("key");
  EXPECT_EQ(test::faults_of(recording), "");
  EXPECT_GE(test::flashes(recording.frames()).size(), 5);
}

}  // namespace
}  // namespace tessera::egress
