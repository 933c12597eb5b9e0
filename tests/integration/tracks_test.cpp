#include <gmock/gmock.h>

#include <algorithm>

#include "integration/outputs_fixture.h"
#include "support/sanitizers.h"

namespace tessera::test {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::EndsWith;
using testing::IsEmpty;
using testing::StartsWith;
using testing::UnorderedElementsAre;

constexpr Colour green{35, 165, 60};
constexpr double ada_hz = 440;
constexpr double grace_hz = 1010;

// Recordings with each participant besides. Ada sends VP8, Grace H.264.
class TracksTest : public OutputsTest {
 protected:
  std::unique_ptr<Client> join_ada() {
    return join({.name = "Ada", .colour = red, .tone_hz = ada_hz});
  }
  std::unique_ptr<Client> join_grace(bool recorded = true) {
    return join({.name = "Grace/../Hopper",
                 .video_codec = "H264",
                 .colour = green,
                 .tone_hz = grace_hz,
                 .recorded = recorded});
  }

  std::string record() {
    return start_output({{"kind", "recording"}, {"tracks", true}}, "recording");
  }

  bool reaches(double seconds) {
    return wait_until([&] { return output("o1").value("elapsed", 0.0) >= seconds; });
  }

  double finish(const std::string& address) {
    host_.remove(address);
    EXPECT_TRUE(is_soon("o1", "finished")) << output("o1") << server_->log();
    return output("o1").value("elapsed", 0.0);
  }

  // What follows the recording's own name, in the names of all files that are whole.
  std::vector<std::string> endings() const {
    std::vector<std::string> endings;
    for (const auto& path : recordings()) {
      const std::string name = path.filename().string();
      EXPECT_THAT(name, testing::AnyOf(StartsWith("room 2"), StartsWith(".")));
      if (name.front() != '.')
        endings.push_back(name.substr(std::string("room 2026-11-27 10-00-00").size()));
    }
    return endings;
  }

  FileProbe track(const std::string& ending) const {
    for (const auto& path : recordings()) {
      if (path.filename().string().ends_with(ending)) return FileProbe(path);
    }
    ADD_FAILURE() << "no file " << ending;
    return FileProbe("/dev/null");
  }
};

// At a moment of the recording.
double tone_at(const FileProbe& track, double moment, double hz) {
  const double at = moment - track.start_time();
  return tone_db(track.sound(), at, at + 0.5, hz);
}

TEST_F(TracksTest, AreWhatEachParticipantSends) {
  const auto ada = join_ada();
  const std::string address = record();
  ASSERT_TRUE(reaches(2));
  const auto grace = join_grace();
  ASSERT_TRUE(reaches(5));
  const double length = finish(address);
  const std::string p1 = " " + ada->id() + " Ada";
  const std::string p2 = " " + grace->id() + " GraceHopper";
  EXPECT_THAT(endings(), UnorderedElementsAre(".mp4", p1 + " camera.webm", p1 + " microphone.webm",
                                              p2 + " camera.mkv", p2 + " microphone.webm"));

  const FileProbe red_camera = track("Ada camera.webm");
  EXPECT_EQ(red_camera.codecs(), std::vector<std::string>{"vp8"});
  EXPECT_EQ(red_camera.complaints(), "");
  const FileProbe green_camera = track("Hopper camera.mkv");
  EXPECT_EQ(green_camera.codecs(), std::vector<std::string>{"h264"});
  EXPECT_EQ(green_camera.complaints(), "");
  const std::vector<FileProbe::Frame> reds = red_camera.frames();
  const std::vector<FileProbe::Frame> greens = green_camera.frames();
  ASSERT_FALSE(reds.empty());
  ASSERT_FALSE(greens.empty());
  for (const auto& frame : reds) EXPECT_TRUE(is_red(frame)) << frame.at;
  for (const auto& frame : greens) EXPECT_TRUE(has_colour(frame, green)) << frame.at;
  EXPECT_LT(red_camera.start_time(), 1);
  EXPECT_GT(green_camera.start_time(), 1.9);
  EXPECT_NEAR(red_camera.start_time() + reds.back().at, length, 0.5);
  EXPECT_NEAR(green_camera.start_time() + greens.back().at, length, 0.5);

  const FileProbe adas = track("Ada microphone.webm");
  const FileProbe graces = track("Hopper microphone.webm");
  EXPECT_GT(tone_at(adas, 3.5, ada_hz), -25);
  EXPECT_LT(tone_at(adas, 3.5, grace_hz), -50);
  EXPECT_GT(tone_at(graces, 3.5, grace_hz), -25);
  EXPECT_LT(tone_at(graces, 3.5, ada_hz), -50);
}

// Her client goes on sending.
TEST_F(TracksTest, HaveNothingOfWhatIsTurnedOff) {
  const auto ada = join_ada();
  const std::string address = record();
  ASSERT_TRUE(reaches(2));
  ada->set_camera(false);
  ada->set_microphone(false);
  ASSERT_TRUE(reaches(4));
  ada->set_camera(true);
  ada->set_microphone(true);
  ASSERT_TRUE(reaches(6));
  finish(address);
  const auto gap = [](const std::vector<double>& times) {
    return std::ranges::all_of(
               times,
               [](double at) { return at < 2 + 0.3 * slowness || at > 4 - 0.2 * slowness; }) &&
           !times.empty() && times.front() < 1 && times.back() > 5;
  };
  EXPECT_TRUE(gap(track("Ada camera.webm").packet_times("v:0")));
  EXPECT_TRUE(gap(track("Ada microphone.webm").packet_times("a:0")));
  EXPECT_EQ(track("Ada camera.webm").complaints(), "");
}

TEST_F(TracksTest, HaveNobodyWhoIsLeftOutOfRecordings) {
  const auto ada = join_ada();
  const auto grace = join_grace(/*recorded=*/false);
  const std::string address = record();
  ASSERT_TRUE(reaches(2));
  for (const auto& path : recordings()) {
    EXPECT_EQ(path.string().find("Hopper"), std::string::npos) << path;
  }
  grace->send({{"type", "media"}, {"recorded", true}});
  ASSERT_TRUE(reaches(4));
  grace->send({{"type", "media"}, {"recorded", false}});
  ASSERT_TRUE(reaches(6));
  finish(address);
  for (const auto& [file, stream] :
       {std::pair{"Hopper camera.mkv", "v:0"}, std::pair{"Hopper microphone.webm", "a:0"}}) {
    const std::vector<double> times = track(file).packet_times(stream);
    ASSERT_FALSE(times.empty());
    EXPECT_GT(times.front(), 1.9) << file;
    EXPECT_LT(times.back(), 4 + 0.4 * slowness) << file;
  }
  EXPECT_GT(track("Ada camera.webm").packet_times("v:0").back(), 5);
}

TEST_F(TracksTest, OfWhoLeavesAreWholeAtOnce) {
  const auto ada = join_ada();
  auto grace = join_grace();
  const std::string address = record();
  ASSERT_TRUE(reaches(2));
  grace->leave();
  EXPECT_TRUE(wait_until([&] {
    const auto whole = endings();
    return std::ranges::count_if(whole, [](const auto& name) {
             return name.find("Hopper") != std::string::npos;
           }) == 2;
  }));
  EXPECT_THAT(endings(), testing::Not(Contains(EndsWith("Ada camera.webm"))));
  EXPECT_EQ(track("Hopper camera.mkv").complaints(), "");
  finish(address);
  EXPECT_EQ(endings().size(), 5U) << server_->log();
}

TEST_F(TracksTest, PlayAfterTheServerWasKilled) {
  const auto ada = join_ada();
  const auto grace = join_grace();
  record();
  ASSERT_TRUE(reaches(3));
  server_->signal(SIGKILL);
  server_->exit_status();
  start();
  EXPECT_THAT(endings(), testing::Each(testing::HasSubstr("(interrupted)")));
  EXPECT_EQ(endings().size(), 5U);
  EXPECT_EQ(track("Hopper camera (interrupted).mkv").complaints(), "");
  const FileProbe camera = track("Ada camera (interrupted).webm");
  EXPECT_EQ(camera.complaints(), "");
  ASSERT_FALSE(camera.packet_times("v:0").empty());
  EXPECT_GT(camera.packet_times("v:0").back(), 2);
}

TEST_F(TracksTest, ThatEndEarlyAreToldOfAndLetTheRestBe) {
  const auto ada = join_ada();
  const std::string address = record();
  ASSERT_TRUE(reaches(2));
  EXPECT_EQ(output("o1").value("reason", ""), "");
  for (const auto& path : recordings()) {
    if (path.string().find("Ada camera") != std::string::npos) std::filesystem::remove(path);
  }
  const auto reason = [&] { return output("o1").value("reason", ""); };
  EXPECT_TRUE(wait_until([&] {
    return reason() == "A participant's track ended early: The recording's file was removed.";
  })) << reason();
  EXPECT_EQ(output("o1").at("state"), "recording");
  finish(address);
  EXPECT_NE(reason(), "");
  EXPECT_THAT(endings(), UnorderedElementsAre(".mp4", " " + ada->id() + " Ada microphone.webm"));
}

TEST_F(TracksTest, AreNotKeptUnasked) {
  const auto ada = join_ada();
  const std::string address = start_output({{"kind", "recording"}}, "recording");
  ASSERT_TRUE(reaches(1));
  finish(address);
  EXPECT_EQ(endings(), std::vector<std::string>{".mp4"});
}

}  // namespace
}  // namespace tessera::test
