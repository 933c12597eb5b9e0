#include <gmock/gmock.h>
#include <openssl/evp.h>

#include <fstream>
#include <iterator>

#include "base/log.h"
#include "ingest/http_folder.h"
#include "ingest/moments.h"
#include "ingest/stage.h"
#include "support/free_port.h"
#include "support/sanitizers.h"
#include "support/temporary_folder.h"

namespace tessera::ingest {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::wait_until;

class HttpTest : public testing::Test {
 protected:
  // As a stream of segments of two seconds, which is over.
  void make_hls() const {
    run_to_end(media_text(Container::ts, four_seconds, {},
                          "hlssink max-files=0 playlist-length=0 target-duration=2 location=" +
                              (folder_.path() / "part%05d.ts").string() +
                              " playlist-location=" + (folder_.path() / "live.m3u8").string()));
  }

  // A playlist with one segment of four seconds.
  void make_playlist(const std::string& name, const std::string& segment,
                     const std::string& key_line = "") const {
    std::ofstream(folder_.path() / name) << "#EXTM3U\n#EXT-X-TARGETDURATION:4\n"
                                         << key_line << "#EXTINF:4,\n"
                                         << segment << "\n#EXT-X-ENDLIST\n";
  }

  // The address of a file of the folder, as one of this machine.
  std::string local(const std::string& name) const {
    return "file://" + (folder_.path() / name).string();
  }

  test::TemporaryFolder folder_;
};

// As HLS's method AES-128 (RFC 8216, section 5.2).
std::string encrypted(const std::string& bytes, const std::string& key, const std::string& iv) {
  const auto data = [](const std::string& text) {
    return reinterpret_cast<const unsigned char*>(text.data());
  };
  std::vector<unsigned char> result(bytes.size() + 16);
  int length = 0;
  int rest = 0;
  EVP_CIPHER_CTX* cipher = EVP_CIPHER_CTX_new();
  EVP_EncryptInit_ex(cipher, EVP_aes_128_cbc(), nullptr, data(key), data(iv));
  EVP_EncryptUpdate(cipher, result.data(), &length, data(bytes), static_cast<int>(bytes.size()));
  EVP_EncryptFinal_ex(cipher, result.data() + length, &rest);
  EVP_CIPHER_CTX_free(cipher);
  return {result.begin(), result.begin() + length + rest};
}

TEST_F(HttpTest, PlaysAFileAndSeeksInIt) {
  make_file(folder_.path() / "film.mp4", Container::mp4, four_seconds);
  const HttpFolder server(folder_.path());
  Stage stage(server.url("film.mp4"), {});
  ASSERT_TRUE(stage.wait_for_colour(red));
  EXPECT_TRUE(stage.wait_for_tone(440));
  EXPECT_TRUE(stage.player().can_seek());
  EXPECT_FALSE(stage.player().is_live());
  ASSERT_TRUE(stage.player().seek(milliseconds(2100)));
  EXPECT_TRUE(stage.wait_for_colour(blue));
  EXPECT_TRUE(stage.wait_for_tone(1320));
  EXPECT_TRUE(stage.wait_for_state(Player::State::ended));
}

TEST_F(HttpTest, PlaysHls) {
  make_hls();
  const HttpFolder server(folder_.path());
  Stage stage(server.url("live.m3u8"), {});
  ASSERT_TRUE(stage.wait_for_colour(red));
  const TimePoint began = Clock::now();
  EXPECT_TRUE(stage.wait_for_tone(440));
  EXPECT_TRUE(stage.wait_for_colour(green));
  EXPECT_TRUE(stage.wait_for_colour(blue));
  EXPECT_TRUE(stage.wait_for_tone(1320));
  EXPECT_TRUE(stage.wait_for_colour(white));
  EXPECT_NEAR(std::chrono::duration<double>(Clock::now() - began).count(), 3, 0.4);
  EXPECT_TRUE(stage.wait_for_state(Player::State::ended));
}

void shows_nothing(Stage& stage) {
  ASSERT_TRUE(stage.wait_for_state(Player::State::failed));
  EXPECT_EQ(stage.reason()->code, "source_failed");
  EXPECT_EQ(stage.pictures().frames(), 0);
}

TEST_F(HttpTest, LetsNoPlaylistReadFilesOfThisMachine) {
  make_file(folder_.path() / "film.ts", Container::ts, four_seconds);
  make_playlist("live.m3u8", local("film.ts"));
  const HttpFolder server(folder_.path());
  Stage stage(server.url("live.m3u8"), {});
  shows_nothing(stage);
}

TEST_F(HttpTest, LetsNoPlaylistReadAnotherOfThisMachine) {
  make_file(folder_.path() / "film.ts", Container::ts, four_seconds);
  const HttpFolder server(folder_.path());
  make_playlist("variant.m3u8", server.url("film.ts"));
  for (const bool is_local : {false, true}) {
    std::ofstream(folder_.path() / "master.m3u8")
        << "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1000000\n"
        << (is_local ? local("variant.m3u8") : server.url("variant.m3u8")) << "\n";
    Stage stage(server.url("master.m3u8"), {});
    if (is_local) {
      shows_nothing(stage);
    } else {
      EXPECT_TRUE(stage.wait_for_colour(red));
    }
  }
}

TEST_F(HttpTest, LetsNoPlaylistReadAKeyOfThisMachine) {
  make_file(folder_.path() / "film.ts", Container::ts, four_seconds);
  std::ifstream film(folder_.path() / "film.ts", std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(film), std::istreambuf_iterator<char>()};
  const std::string key = "sixteen bytes of";
  std::ofstream(folder_.path() / "key") << key;
  std::ofstream(folder_.path() / "secret.ts") << encrypted(bytes, key, std::string(16, '\0'));
  const HttpFolder server(folder_.path());
  for (const bool is_local : {false, true}) {
    // Without a key hlsdemux (1.22) forgets the segment's first buffer.
    if (is_local && test::is_slowed) GTEST_SKIP() << "looks for leaks";
    make_playlist("live.m3u8", server.url("secret.ts"),
                  "#EXT-X-KEY:METHOD=AES-128,URI=\"" +
                      (is_local ? local("key") : server.url("key")) +
                      "\",IV=0x00000000000000000000000000000000\n");
    Stage stage(server.url("live.m3u8"), {});
    if (is_local) {
      shows_nothing(stage);
    } else {
      EXPECT_TRUE(stage.wait_for_colour(red));
    }
  }
}

TEST_F(HttpTest, GivesAUserAndPasswordAndTellsThemNobody) {
  make_file(folder_.path() / "film.webm", Container::webm, four_seconds);
  const HttpFolder server(folder_.path(), "s3cret");
  // As by `--log-level debug`, where GStreamer's own warnings are in the log.
  set_log_level("debug");
  gst_debug_set_default_threshold(GST_LEVEL_WARNING);
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  {
    Stage right(server.url("film.webm", "me:s3cret"), {});
    Stage wrong(server.url("film.webm", "me:s3creT"), {});
    EXPECT_TRUE(right.wait_for_colour(red));
    EXPECT_TRUE(wrong.wait_for_state(Player::State::failed));
    EXPECT_EQ(wrong.reason()->code, "source_failed");
    EXPECT_THAT(wrong.reason()->message, testing::HasSubstr("refuses access"));
    EXPECT_EQ(right.player().display(), server.url("film.webm"));
  }
  const std::string said =
      testing::internal::GetCapturedStdout() + testing::internal::GetCapturedStderr();
  gst_debug_set_default_threshold(GST_LEVEL_NONE);
  set_log_level("info");
  EXPECT_THAT(said, testing::HasSubstr("film.webm"));
  EXPECT_THAT(said, testing::Not(testing::ContainsRegex("s3cre[tT]")));
}

TEST_F(HttpTest, FailsWithAPlainReasonIfThereIsNothing) {
  const HttpFolder server(folder_.path());
  Stage missing(server.url("nothing.mp4"), {});
  EXPECT_TRUE(missing.wait_for_state(Player::State::failed));
  EXPECT_EQ(missing.reason()->code, "source_not_found");
  for (const char* scheme : {"http", "rtsp", "rtmp", "srt"}) {
    const int port = test::free_port(std::string(scheme) == "srt" ? SOCK_DGRAM : SOCK_STREAM);
    Stage refused(std::string(scheme) + "://127.0.0.1:" + std::to_string(port) + "/a/b", {});
    EXPECT_TRUE(refused.wait_for_state(Player::State::failed)) << scheme;
    ASSERT_TRUE(refused.reason()) << scheme;
    EXPECT_EQ(refused.reason()->code, "source_failed") << scheme;
    EXPECT_THAT(refused.reason()->message, testing::HasSubstr("can't be reached")) << scheme;
  }
}

// A sender of TS over SRT, who is called.
std::unique_ptr<gst::Pipeline> srt_sender(int port, const std::string& pattern) {
  auto sender = test::make_pipeline(
      "mpegtsmux name=mux alignment=7 ! srtsink uri=srt://127.0.0.1:" + std::to_string(port) +
      "?mode=listener wait-for-connection=false videotestsrc is-live=true pattern=" + pattern +
      " ! video/x-raw,width=320,height=180,framerate=30/1,colorimetry=bt601"
      " ! x264enc speed-preset=ultrafast tune=zerolatency key-int-max=15 ! h264parse ! queue ! mux."
      " audiotestsrc is-live=true volume=0.5 freq=440 samplesperbuffer=480 ! audio/x-raw,rate=48000"
      " ! avenc_aac ! aacparse ! queue ! mux.");
  EXPECT_TRUE(sender->start());
  return sender;
}

TEST(SrtSource, PlaysAndIsOpenedAnewWhenItBreaks) {
  const int port = test::free_port(SOCK_DGRAM);
  auto sender = srt_sender(port, "red");
  Stage stage("srt://127.0.0.1:" + std::to_string(port) + "?latency=50",
              {.first_retry = milliseconds(300)});
  ASSERT_TRUE(stage.wait_for_colour(0xff0000));
  EXPECT_TRUE(stage.wait_for_tone(440));
  EXPECT_TRUE(stage.player().is_live());
  EXPECT_FALSE(stage.player().seek(seconds(1)));
  sender.reset();
  EXPECT_TRUE(stage.wait_for_state(Player::State::reconnecting));
  ASSERT_TRUE(stage.reason());
  EXPECT_EQ(stage.reason()->code, "source_failed");
  EXPECT_TRUE(wait_for_workers(seconds(10)));
  const Moments stamps(*stage.player().audio(), Moments::Of::sound);
  sender = srt_sender(port, "green");
  EXPECT_TRUE(stage.wait_for_state(Player::State::playing));
  EXPECT_TRUE(stage.wait_for_colour(0x00ff00));
  EXPECT_TRUE(stage.wait_for_tone(440));
  EXPECT_LT(stamps.latest(), 0.15);
}

TEST(SrtSource, ShowsItsLastPictureWhilePausedAndGoesOnWithWhatIsLive) {
  const int port = test::free_port(SOCK_DGRAM);
  const auto sender = srt_sender(port, "red");
  Stage stage("srt://127.0.0.1:" + std::to_string(port) + "?latency=50", {});
  ASSERT_TRUE(stage.wait_for_colour(0xff0000));
  stage.player().pause();
  test::observe(milliseconds(1500));
  EXPECT_TRUE(stage.shows(0xff0000));
  EXPECT_EQ(stage.sounds().tone_db(440), std::nullopt);
  stage.player().resume();
  EXPECT_TRUE(stage.wait_for_tone(440));
  stage.pictures().start_measuring();
  EXPECT_TRUE(wait_until([&] { return stage.pictures().frames() > 30; }));
  EXPECT_NEAR(stage.pictures().frames_per_second(), 30, 6);
}

}  // namespace
}  // namespace tessera::ingest
