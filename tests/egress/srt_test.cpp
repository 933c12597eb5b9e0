#include <gmock/gmock.h>

#include <csignal>

#include "egress/broadcast_fixture.h"
#include "egress/process.h"
#include "support/free_port.h"
#include "support/temporary_folder.h"

namespace tessera::egress {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

class SrtTest : public test::BroadcastTest {
 protected:
  // Reads with libsrt's own program into a file, as a caller or as a listener. It may have been
  // started as many times as there are files.
  std::unique_ptr<test::Process> read(const std::string& parameters, const std::string& file) {
    const std::string url = "srt://127.0.0.1:" + std::to_string(port_) + "?" + parameters;
    return std::make_unique<test::Process>(std::vector<std::string>{
        "sh", "-c", "exec srt-live-transmit -loglevel:error \"$1\" file://con > \"$2\"", "sh", url,
        path(file)});
  }

  std::string url(const std::string& parameters = "") const {
    return "srt://127.0.0.1:" + std::to_string(port_) + parameters;
  }
  std::string path(const std::string& file) const { return (folder_.path() / file).string(); }

  // The stream of the second file is that of the first, later.
  void expect_to_go_on() {
    const auto before = test::packets_of(path("before.ts"));
    const auto after = test::packets_of(path("after.ts"));
    ASSERT_GT(before.size(), 60);
    ASSERT_GT(after.size(), 60);
    EXPECT_TRUE(test::is_monotonic(before));
    EXPECT_TRUE(test::is_monotonic(after));
    EXPECT_GT(after.front().at, before.back().at);
    EXPECT_LT(after.front().at, before.front().at + 30);
  }

  test::TemporaryFolder folder_;
  int port_ = test::free_port(SOCK_DGRAM);
};

TEST_F(SrtTest, CallsAReaderAndSendsPictureAndSoundThatBelongTogether) {
  const auto reader = read("mode=listener", "stream.ts");
  const auto broadcast = this->broadcast(url());
  ASSERT_TRUE(broadcast->becomes(BroadcastState::live));
  test::observe(seconds(5));
  reader->signal(SIGINT);
  reader->ends_well(seconds(3));
  EXPECT_EQ(test::faults_of(test::FileProbe(path("stream.ts"))), "");
}

TEST_F(SrtTest, CallsAgainUntilTheReaderIsBack) {
  auto reader = read("mode=listener", "before.ts");
  const auto broadcast = this->broadcast(url());
  ASSERT_TRUE(broadcast->becomes(BroadcastState::live));
  test::observe(seconds(2));
  reader.reset();
  ASSERT_TRUE(broadcast->becomes(BroadcastState::reconnecting));
  test::observe(seconds(5));
  reader = read("mode=listener", "after.ts");
  ASSERT_TRUE(broadcast->becomes(BroadcastState::live, seconds(3)));
  test::observe(seconds(3));
  reader.reset();
  expect_to_go_on();
}

TEST_F(SrtTest, ListensForAReaderAndListensAgain) {
  const auto broadcast = this->broadcast(url("?mode=listener"));
  test::observe(seconds(1));
  EXPECT_TRUE(broadcast->is(BroadcastState::connecting));
  EXPECT_EQ((**broadcast).reason(), "");
  auto reader = read("mode=caller", "before.ts");
  ASSERT_TRUE(broadcast->becomes(BroadcastState::live));
  test::observe(seconds(4));
  reader->signal(SIGINT);
  ASSERT_TRUE(broadcast->becomes(BroadcastState::reconnecting));
  EXPECT_EQ((**broadcast).reason(), "The reader has left.");
  EXPECT_EQ(test::faults_of(test::FileProbe(path("before.ts"))), "");
  test::observe(seconds(1));
  reader = read("mode=caller", "after.ts");
  ASSERT_TRUE(broadcast->becomes(BroadcastState::live, seconds(3)));
  test::observe(seconds(3));
  reader.reset();
  expect_to_go_on();
}

TEST_F(SrtTest, LooksUpTheReadersName) {
  const auto reader = read("mode=listener", "stream.ts");
  const auto broadcast = this->broadcast("srt://localhost:" + std::to_string(port_));
  EXPECT_TRUE(broadcast->becomes(BroadcastState::live));
  const auto nobody = this->broadcast("srt://nowhere.invalid:9000");
  EXPECT_TRUE(nobody->says("There is no server of that name."));
}

TEST_F(SrtTest, NeedsTheReadersPassphrase) {
  const auto reader = read("mode=listener&passphrase=open-sesame", "stream.ts");
  const auto stranger = this->broadcast(url("?passphrase=open-barley"));
  EXPECT_TRUE(stranger->says(
      "The server rejects the connection; perhaps the passphrase or streamid is wrong."));
  EXPECT_TRUE(stranger->is(BroadcastState::connecting));
  const auto friendly = this->broadcast(url("?passphrase=open-sesame&pbkeylen=16"));
  EXPECT_TRUE(friendly->becomes(BroadcastState::live));
}

TEST_F(SrtTest, SaysThatNobodyAnswers) {
  const auto broadcast = this->broadcast(url());
  EXPECT_TRUE(broadcast->says("The server doesn't answer."));
}

TEST_F(SrtTest, SaysThatThePortIsTaken) {
  const auto reader = read("mode=listener", "stream.ts");
  ASSERT_TRUE(this->broadcast(url())->becomes(BroadcastState::live));
  const auto broadcast = this->broadcast(url("?mode=listener"));
  EXPECT_TRUE(broadcast->says("The port to listen on isn't free."));
}

}  // namespace
}  // namespace tessera::egress
