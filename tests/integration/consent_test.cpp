#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <sstream>

#include "egress/rtmp_server.h"
#include "integration/outputs_fixture.h"
#include "support/sanitizers.h"

namespace tessera::test {
namespace {

using namespace std::chrono_literals;

constexpr Colour green{35, 165, 60};
constexpr double grace_hz = 1010;
// In a tenth of a second 10 ms of her voice would be louder. What others' voices leave of it when
// they begin or miss a packet isn't.
constexpr double silence_db = -35;

// From what is sent to the server to the first picture without them.
constexpr double a_moment = 0.2;

// A picture shows what came until its frame ended, and has the time of its beginning.
constexpr double a_frame = 0.05;

double times(double seconds) { return seconds * slowness; }

// Meetings with somebody who is left out of what is kept. Ada is red at 440 Hz, Grace is green.
class ConsentTest : public OutputsTest {
 protected:
  std::unique_ptr<Client> join_ada() {
    return join({.name = "Ada", .colour = red, .tone_hz = 440});
  }
  std::unique_ptr<Client> join_grace(bool recorded) {
    return join({.name = "Grace", .colour = green, .tone_hz = grace_hz, .recorded = recorded});
  }

  static bool sees(Client& ada, Client& grace) {
    const auto tile = ada.tile_of(grace.id());
    if (!tile) return false;
    const auto [x, y] = tile->middle();
    return is_near(ada.received().pixel(x, y), yuv(green.red, green.green, green.blue), 12);
  }

  static bool see_each_other(Client& ada, Client& grace) {
    return wait_until(
        [&] { return sees(ada, grace) && ada.received().tone_db(grace_hz).value_or(-99) > -40; });
  }

  // It goes when it isn't needed any more.
  bool goes_on_without_second_scene() {
    return wait_until([&] {
      const int started = server_->times_logged("encoding started room=room scene=record");
      const int stopped = server_->times_logged("encoding stopped room=room scene=record");
      return started >= 2 && stopped == started;
    });
  }

  double elapsed() { return output("o1").value("elapsed", 0.0); }

  // Lets the recording go on, and finds out when its file began: the server says how long it has
  // been recording, and its answer takes a while, so the earliest counts.
  void record_for(Duration time) {
    for (const TimePoint end = Clock::now() + time; Clock::now() < end; observe(50ms)) {
      const double written = elapsed();
      if (written > 0) file_began_ = std::min(file_began_, seconds_at(Clock::now()) - written);
    }
  }

  // Where in the recording's file what happened then is.
  double in_file(TimePoint then) const { return seconds_at(then) - file_began_; }

  std::string finish(const std::string& address) {
    host_.remove(address);
    EXPECT_TRUE(is_soon("o1", "finished")) << output("o1");
    return folder_.path() / "recordings" / output("o1").value("target", "");
  }

  // The middle of somebody's tile, as FFmpeg's filter `crop` calls it.
  static std::string place_of(const Client& who) {
    const auto tile = *who.tile_of(who.id());
    const auto [x, y] = tile.at(0.25, 0.25);
    const auto text = [](double part) { return std::to_string(part); };
    return "iw*" + text(tile.width / 2) + ":ih*" + text(tile.height / 2) + ":iw*" + text(x) +
           ":ih*" + text(y);
  }

  std::vector<FileProbe::Frame> snapshot(const std::string& part) {
    const auto answer = host_.get("/api/rooms/room/snapshot");
    EXPECT_EQ(answer.status, 200U) << answer.body;
    const std::string file = folder_.path() / "snapshot.jpg";
    std::ofstream(file) << answer.body;
    return FileProbe(file).frames(part);
  }

 private:
  static double seconds_at(TimePoint time) {
    return std::chrono::duration<double>(time.time_since_epoch()).count();
  }

  double file_began_ = std::numeric_limits<double>::infinity();
};

// Of each tenth of a second.
std::vector<double> tones_db(const std::vector<float>& sound, double from, double to, double hz) {
  std::vector<double> tones;
  for (double at = from; at + 0.1 <= to; at += 0.1) {
    tones.push_back(tone_db(sound, at, at + 0.1, hz));
  }
  return tones;
}

// Of a voice above all others. A click, as where another begins or a packet is missing, is louder
// nearer to that other.
double loudest_db(const std::vector<float>& sound, double from, double to, double hz) {
  const std::vector<double> tones = tones_db(sound, from, to, hz);
  const std::vector<double> below = tones_db(sound, from, to, hz - 300);
  double loudest = -200;
  for (std::size_t i = 0; i < tones.size(); ++i) {
    if (tones[i] > below[i]) loudest = std::max(loudest, tones[i]);
  }
  return loudest;
}

// Most of the time: a machine that others use leaves out a moment here and there.
bool is_heard(const std::vector<float>& sound, double from, double to, double hz) {
  const std::vector<double> tones = tones_db(sound, from, to, hz);
  const auto heard = std::ranges::count_if(tones, [](double tone) { return tone > -30; });
  return static_cast<double>(heard) > 0.8 * static_cast<double>(tones.size());
}

void expect_to_play_from_begin_to_end(const FileProbe& file) {
  EXPECT_EQ(file.complaints(), "");
  for (const char* stream : {"v:0", "a:0"}) {
    const auto at = file.packet_times(stream);
    ASSERT_GT(at.size(), 2U);
    EXPECT_TRUE(std::ranges::is_sorted(at, std::less_equal())) << stream;
    EXPECT_GT(at.back(), file.duration() - 1) << stream;
  }
}

bool any_has(const std::vector<FileProbe::Frame>& frames, const Colour& colour, double from = 0,
             double to = 1e9) {
  return std::ranges::any_of(frames, [&](const FileProbe::Frame& frame) {
    return frame.at >= from && frame.at < to && has_colour(frame, colour);
  });
}

class LeftOutTest : public ConsentTest, public testing::WithParamInterface<std::string> {};

TEST_P(LeftOutTest, IsNeitherSeenNorHeardInARecording) {
  const auto ada = join_ada();
  const auto grace = join_grace(false);
  ASSERT_TRUE(see_each_other(*ada, *grace));
  EXPECT_EQ(ada->participants().at(grace->id()).at("recorded"), false);
  const std::string address =
      start_output({{"kind", "recording"}, {"format", GetParam()}}, "recording");
  observe(5s);
  const FileProbe file(finish(address));
  expect_to_play_from_begin_to_end(file);
  const auto of_ada = file.frames(place_of(*ada));
  EXPECT_GT(std::ranges::count_if(of_ada, is_red), 0.8 * static_cast<double>(of_ada.size()));
  EXPECT_FALSE(any_has(file.frames(place_of(*grace)), green));
  const auto sound = file.sound();
  EXPECT_GT(tone_db(sound, 2, 4, 440), -30);
  EXPECT_LT(loudest_db(sound, 0, 5, grace_hz), silence_db);
  EXPECT_LT(tone_db(sound, 0, 5, grace_hz), -60);
}

TEST_P(LeftOutTest, IsSoFromTheMomentOnAndUntilTheyChangeTheirMind) {
  const auto ada = join_ada();
  const auto grace = join_grace(true);
  ASSERT_TRUE(see_each_other(*ada, *grace));
  const std::string address =
      start_output({{"kind", "recording"}, {"format", GetParam()}}, "recording");
  std::vector<TimePoint> changes;
  // The second time out comes while the scene of the first is still there.
  for (const bool recorded : {false, true, false, true}) {
    record_for(slowness * 2s);
    changes.push_back(Clock::now());
    grace->set_recorded(recorded);
  }
  EXPECT_TRUE(goes_on_without_second_scene());
  observe(2s);
  const FileProbe file(finish(address));
  expect_to_play_from_begin_to_end(file);
  std::vector<double> turns{0};
  for (const TimePoint change : changes) turns.push_back(in_file(change));
  turns.push_back(file.duration());

  const auto of_ada = file.frames(place_of(*ada));
  const auto of_grace = file.frames(place_of(*grace));
  const auto sound = file.sound();
  for (std::size_t i = 0; i + 1 < turns.size(); ++i) {
    const double from = turns[i] + times(i % 2 == 1 ? a_moment : 1);
    const double to = turns[i + 1] - a_frame;
    const bool recorded = i % 2 == 0;
    EXPECT_EQ(any_has(of_grace, green, from, to), recorded) << from << " to " << to;
    EXPECT_EQ(loudest_db(sound, from, to, grace_hz) > silence_db, recorded) << from << " to " << to;
    EXPECT_TRUE(is_heard(sound, turns[i] + times(0.5), to, 440)) << from << " to " << to;
  }
  EXPECT_TRUE(has_colour(of_grace.back(), green));
  // Her picture isn't interrupted by what becomes of Grace's.
  if (is_slowed) return;  // There her camera stalls at times.
  for (const FileProbe::Frame& frame : of_ada) {
    EXPECT_TRUE(is_red(frame)) << frame.at << ": " << frame.y << " " << frame.u << " " << frame.v;
  }
}

INSTANTIATE_TEST_SUITE_P(Consent, LeftOutTest, testing::Values("mp4", "webm"),
                         [](const auto& test) { return test.param; });

TEST_F(ConsentTest, NothingFromBeforeTheyAgreedIsInARecording) {
  const auto ada = join_ada();
  const auto grace = join_grace(false);
  ASSERT_TRUE(see_each_other(*ada, *grace));
  const std::string address = start_output({{"kind", "recording"}}, "recording");
  observe(1s);
  // Her last picture, which those in the meeting see for a while yet, is older than what she says.
  grace->stall_camera(true);
  observe(300ms);
  ASSERT_TRUE(sees(*ada, *grace));
  grace->set_recorded(true);
  ASSERT_TRUE(
      wait_until([&] { return ada->participants().at(grace->id()).at("recorded") == true; }));
  observe(1s);
  const FileProbe file(finish(address));
  EXPECT_GT(file.frames(place_of(*grace)).size(), 30U);
  EXPECT_FALSE(any_has(file.frames(place_of(*grace)), green));
  EXPECT_TRUE(is_red(file.frames(place_of(*ada)).back()));
}

TEST_F(ConsentTest, WhoComesAndGoesLeftOutLeavesNoTrace) {
  const auto ada = join_ada();
  const std::string address = start_output({{"kind", "recording"}}, "recording");
  observe(2s);
  auto grace = join_grace(false);
  ASSERT_TRUE(see_each_other(*ada, *grace));
  const std::string place = place_of(*grace);
  observe(2s);
  grace->leave();
  EXPECT_TRUE(goes_on_without_second_scene());
  observe(2s);
  const FileProbe file(finish(address));
  expect_to_play_from_begin_to_end(file);
  EXPECT_FALSE(any_has(file.frames(place), green));
  const auto sound = file.sound();
  EXPECT_LT(loudest_db(sound, 0, file.duration(), grace_hz), silence_db);
  EXPECT_LT(tone_db(sound, 0, file.duration(), grace_hz), -60);
  EXPECT_TRUE(is_red(file.frames().back()));
}

TEST_F(ConsentTest, ASeatClaimedBackStaysLeftOutUnlessItSaysOtherwise) {
  const auto ada = join_ada();
  const auto grace = join_grace(false);
  const auto joins_again = [&](std::optional<bool> recorded) {
    return join({.name = "Grace",
                 .colour = green,
                 .tone_hz = grace_hz,
                 .recorded = recorded,
                 .token = grace->token()});
  };
  auto again = joins_again(std::nullopt);
  EXPECT_EQ(again->participants().at(grace->id()).at("recorded"), false);
  ASSERT_TRUE(see_each_other(*ada, *again));
  EXPECT_FALSE(any_has(snapshot(place_of(*again)), green));
  again = joins_again(true);
  EXPECT_EQ(again->participants().at(grace->id()).at("recorded"), true);
  ASSERT_TRUE(see_each_other(*ada, *again));
  EXPECT_TRUE(wait_until([&] { return any_has(snapshot(place_of(*again)), green); }));
}

TEST_F(ConsentTest, ABroadcastHasEverybody) {
  RtmpServer target;
  target.start();
  const auto ada = join_ada();
  const auto grace = join_grace(false);
  ASSERT_TRUE(see_each_other(*ada, *grace));
  start_output({{"kind", "recording"}}, "recording");
  const std::string address =
      start_output({{"kind", "broadcast"}, {"url", target.url("live", "key")}}, "live");
  observe(4s);
  host_.remove(address);
  target.kill();
  const FileProbe file(target.recordings("key").front().string());
  EXPECT_TRUE(any_has(file.frames(place_of(*grace)), green));
  EXPECT_GT(tone_db(file.sound(), 1, 3, grace_hz), -30);
}

TEST_F(ConsentTest, ASnapshotIsOfThoseWhoAgree) {
  const auto ada = join_ada();
  const auto grace = join_grace(false);
  ASSERT_TRUE(see_each_other(*ada, *grace));
  EXPECT_TRUE(any_has(snapshot(place_of(*ada)), red));
  EXPECT_FALSE(any_has(snapshot(place_of(*grace)), green));
  grace->set_recorded(true);
  EXPECT_TRUE(wait_until([&] { return any_has(snapshot(place_of(*grace)), green); }));
  grace->set_recorded(false);
  ASSERT_TRUE(
      wait_until([&] { return ada->participants().at(grace->id()).at("recorded") == false; }));
  // At once, and yet not before the new scene has its picture.
  EXPECT_TRUE(any_has(snapshot(place_of(*ada)), red));
  EXPECT_FALSE(any_has(snapshot(place_of(*grace)), green));
}

// Who speaks last fills the picture; in this one, Grace.
class SpeakerLayoutTest : public ConsentTest, public testing::WithParamInterface<bool> {};

TEST_P(SpeakerLayoutTest, ShowsWhoSpokeLastUnlessTheyAreLeftOut) {
  const bool recorded = GetParam();
  const auto ada = join({.name = "Ada", .colour = red, .tone_hz = 440, .volume = 0});
  const auto grace = join(
      {.name = "Grace", .colour = green, .tone_hz = grace_hz, .volume = 0, .recorded = recorded});
  ASSERT_TRUE(wait_until([&] { return grace->tile_of(grace->id()).has_value(); }));
  observe(1s);
  const std::string address =
      start_output({{"kind", "recording"}, {"layout", "speaker"}}, "recording");
  start_output({{"kind", "hls"}, {"layout", "speaker"}}, "live");
  observe(slowness * 2s);
  const double silent_until = elapsed();
  grace->set_volume(0.2);
  observe(slowness * 3s);
  const FileProbe file(finish(address));
  expect_to_play_from_begin_to_end(file);
  const auto corner = file.frames("iw/8:ih/8:iw/16:ih/16");
  EXPECT_TRUE(any_has(corner, red, 1, silent_until));
  EXPECT_FALSE(any_has(corner, green, 0, silent_until));
  EXPECT_FALSE(is_red(corner.back()));
  EXPECT_EQ(has_colour(corner.back(), green), recorded);
  // One scene for both outputs, but for what is kept without somebody.
  EXPECT_EQ(server_->times_logged("encoding started room=room scene=speaker codec=H264"), 1);
  EXPECT_EQ(server_->times_logged("encoding started room=room scene=record-speaker codec=H264"),
            recorded ? 0 : 1);
}

INSTANTIATE_TEST_SUITE_P(Consent, SpeakerLayoutTest, testing::Values(true, false),
                         [](const auto& test) { return test.param ? "Recorded" : "LeftOut"; });

// The mixer of the speaker layout fails after a hundred pictures, each time.
class FailingLayoutTest : public OutputsTest {
 protected:
  FailingLayoutTest() {
    const auto pipelines = folder_.path() / "pipelines";
    std::filesystem::copy(std::filesystem::path(TESSERA_SOURCE_DIR) / "pipelines", pipelines);
    const auto path = pipelines / "mix-video-fitted.gst";
    std::stringstream text;
    text << std::ifstream(path).rdbuf();
    std::string changed = text.str();
    const std::string labels = "! identity name=labels\n";
    const std::size_t place = changed.find(labels);
    EXPECT_NE(place, std::string::npos);
    std::ofstream(path) << changed.insert(place, "! identity error-after=100\n");
    start({"--pipelines", pipelines});
    host_ = Host(url_, "host-key");
  }
};

TEST_F(FailingLayoutTest, EndsWhatIsSentInItAndNothingElse) {
  const auto ada = join({.name = "Ada", .colour = red});
  start_output({{"kind", "recording"}}, "recording");
  for (const int before : {0, 2}) {
    const json hls = {{"kind", "hls"}, {"layout", "speaker"}};
    const json recording = {{"kind", "recording"}, {"layout", "speaker"}};
    EXPECT_EQ(host_.post(outputs, hls).status, 201U);
    EXPECT_EQ(host_.post(outputs, recording).status, 201U);
    const std::string first = "o" + std::to_string(2 + before);
    const std::string second = "o" + std::to_string(3 + before);
    EXPECT_TRUE(is_soon(first, "failed")) << output(first);
    EXPECT_NE(output(first).value("reason", ""), "");
    EXPECT_TRUE(is_soon(second, "finished")) << output(second);
    EXPECT_NE(output(second).value("reason", ""), "");
  }
  EXPECT_EQ(output("o1").at("state"), "recording");
  const auto seen = ada->received().frames();
  EXPECT_TRUE(wait_until([&] { return ada->received().frames() > seen + 10; }));
  EXPECT_TRUE(ada->error_codes().empty());
}

}  // namespace
}  // namespace tessera::test
