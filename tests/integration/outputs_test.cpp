#include <gmock/gmock.h>

#include <csignal>
#include <fstream>
#include <set>
#include <string>

#include "egress/rtmp_server.h"
#include "integration/outputs_fixture.h"
#include "support/sanitizers.h"

namespace tessera::test {
namespace {

TEST_F(OutputsTest, ABroadcastIsTheMeetingAsStreamingServersAskForIt) {
  RtmpServer target;
  target.start();
  const auto ada = join({.name = "Ada", .colour = red, .tone_hz = 440});
  const std::string address =
      start_output({{"kind", "broadcast"}, {"url", target.url("live", "key")}}, "live");
  EXPECT_EQ(output("o1").at("target"),
            "rtmp://127.0.0.1:" + std::to_string(target.port()) + "/live/…");
  observe(7s);
  EXPECT_EQ(host_.remove(address).json().at("state"), "ended");
  target.kill();
  ASSERT_EQ(target.recordings("key").size(), 1U);
  const FileProbe file(target.recordings("key").front().string());
  EXPECT_THAT(file.codecs(), testing::UnorderedElementsAre("h264", "aac"));
  EXPECT_EQ(file.complaints(), "");
  const auto frames = file.frames();
  // Whoever is alone is sent 12 frames a second; an audience gets all.
  EXPECT_GT(static_cast<double>(frames.size()), 7 * 25 / slowness);
  EXPECT_TRUE(is_red(frames.back()));
  EXPECT_GT(tone_db(file.sound(), 3, 5, 440), -30);
  EXPECT_LT(tone_db(file.sound(), 3, 5, 1000), -60);
  EXPECT_GE(file.keyframe_times().size(), 3U);
  EXPECT_LT(longest_keyframe_interval(file.packets()), 2.1);
  EXPECT_THAT(server_->log(), testing::Not(testing::HasSubstr("/live/key")));
}

TEST_F(OutputsTest, ThreeTargetsWithTheSameSettingsHaveOneEncoder) {
  RtmpServer target;
  target.start();
  for (const char* key : {"one", "two", "three"}) {
    start_output({{"kind", "broadcast"}, {"url", target.url("live", key)}}, "live");
  }
  start_output({{"kind", "recording"}}, "recording");
  EXPECT_EQ(server_->times_logged("encoding started room=room codec=H264"), 1);
  EXPECT_EQ(server_->times_logged("encoding started room=room codec=AAC"), 1);
  start_output({{"kind", "hls"}, {"width", 320}, {"height", 180}}, "live");
  EXPECT_EQ(server_->times_logged("encoding started room=room codec=H264"), 2);
}

TEST_F(OutputsTest, TheRoomStaysOnTheAirWhenEverybodyHasLeft) {
  RtmpServer target;
  target.start();
  auto ada = join({.name = "Ada", .colour = red});
  const std::string address =
      start_output({{"kind", "broadcast"}, {"url", target.url("live", "key")}}, "live");
  observe(2s);
  ada->leave();
  observe(2s);
  EXPECT_EQ(output("o1").at("state"), "live");
  EXPECT_EQ(host_.remove(address).status, 200U);
  target.kill();
  const FileProbe file(target.recordings("key").front().string());
  const auto frames = file.frames();
  EXPECT_TRUE(is_red(frames.at(frames.size() / 4)));
  // The slate, which is neither her nor black.
  EXPECT_FALSE(is_red(frames.back()));
  EXPECT_GT(frames.back().y, 25);
  EXPECT_TRUE(wait_until([&] { return server_->times_logged("room closed room=room") == 1; }));
}

TEST_F(OutputsTest, EverybodyIsToldOfARecording) {
  const auto ada = join({.name = "Ada"});
  const std::string address = start_output({{"kind", "recording"}}, "recording");
  const auto told = [&] { return ada->output().value("state", ""); };
  EXPECT_TRUE(wait_until([&] { return told() == "recording"; }));
  const auto grace = join({.name = "Grace"});
  EXPECT_EQ(grace->output().value("kind", ""), "recording");
  EXPECT_TRUE(wait_until([&] { return output("o1").at("elapsed") > 1.0; }));
  EXPECT_EQ(host_.patch(address, {{"paused", true}}).status, 200U);
  EXPECT_TRUE(wait_until([&] { return told() == "paused"; }));
  EXPECT_EQ(host_.remove(address).status, 200U);
  EXPECT_TRUE(wait_until([&] { return told() == "finished"; })) << ada->output();
  EXPECT_THAT(ada->output().at("target").get<std::string>(),
              testing::AllOf(testing::StartsWith("room 2"), testing::EndsWith(".mp4")));
}

TEST_F(OutputsTest, RecordingsOfOneSecondHaveNamesOfTheirOwn) {
  const auto ada = join({.name = "Ada", .colour = red});
  std::set<std::string> names;
  for (int i = 0; i < 3; ++i) {
    const auto answer = host_.post(outputs, {{"kind", "recording"}, {"format", "webm"}});
    EXPECT_EQ(answer.status, 201U) << answer.body;
    names.insert(answer.json().value("target", ""));
  }
  EXPECT_EQ(names.size(), 3U) << testing::PrintToString(names);
}

TEST_F(OutputsTest, EncodersGoWithTheLastThatTakesThem) {
  const auto ada = join({.name = "Ada"});
  const std::string recording = start_output({{"kind", "recording"}}, "recording");
  const std::string hls = start_output({{"kind", "hls"}}, "live");
  host_.remove(recording);
  ASSERT_TRUE(is_soon("o1", "finished"));
  EXPECT_EQ(server_->times_logged("encoding stopped room=room codec=H264"), 0);
  host_.remove(hls);
  EXPECT_TRUE(wait_until([&] {
    return server_->times_logged("encoding stopped room=room codec=H264") == 1 &&
           server_->times_logged("encoding stopped room=room codec=AAC") == 1;
  }));
  EXPECT_EQ(output("o2").at("state"), "ended");
}

TEST_F(OutputsTest, ARecordingIsWholeWhenTheServerEnds) {
  const auto ada = join({.name = "Ada", .colour = red, .tone_hz = 440});
  start_output({{"kind", "recording"}}, "recording");
  observe(3s);
  server_->signal(SIGTERM);
  EXPECT_EQ(server_->exit_status(), 0) << server_->log();
  ASSERT_EQ(recordings().size(), 1U);
  const FileProbe file(recordings().front().string());
  EXPECT_THAT(recordings().front().filename().string(), testing::StartsWith("room 2"));
  EXPECT_EQ(file.complaints(), "");
  EXPECT_GT(file.duration(), 2.5);
}

class KilledRecordingTest : public OutputsTest, public testing::WithParamInterface<std::string> {};

TEST_P(KilledRecordingTest, PlaysToWithinASecondOfTheKill) {
  const auto ada = join({.name = "Ada", .colour = red, .tone_hz = 440});
  start_output({{"kind", "recording"}, {"format", GetParam()}}, "recording");
  ASSERT_TRUE(wait_until([&] { return output("o1").at("elapsed") > 4.0; }));
  const double elapsed = output("o1").at("elapsed");
  server_->signal(SIGKILL);
  server_->exit_status();
  start();
  ASSERT_EQ(recordings().size(), 1U);
  EXPECT_THAT(recordings().front().filename().string(),
              testing::EndsWith("(interrupted)." + GetParam()));
  EXPECT_EQ(server_->times_logged("a recording was interrupted"), 1);
  const FileProbe file(recordings().front().string());
  EXPECT_EQ(file.complaints(), "");
  for (const char* stream : {"v:0", "a:0"}) {
    const auto times = file.packet_times(stream);
    ASSERT_FALSE(times.empty());
    EXPECT_GT(times.back(), elapsed - 1) << stream;
  }
  EXPECT_TRUE(is_red(file.frames().back()));
}

INSTANTIATE_TEST_SUITE_P(Outputs, KilledRecordingTest, testing::Values("mp4", "webm"),
                         [](const auto& test) { return test.param; });

TEST_F(OutputsTest, HlsIsServedAndGoesWithItsOutput) {
  const auto ada = join({.name = "Ada", .colour = red, .tone_hz = 440});
  const std::string address = start_output({{"kind", "hls"}}, "live");
  EXPECT_EQ(host_.post(outputs, {{"kind", "hls"}}).status, 409U);
  ASSERT_TRUE(wait_until([&] {
    return host_.get("/hls/room/index.m3u8").body.find("-00001.ts") != std::string::npos;
  }));
  const FileProbe stream(url_ + "/hls/room/index.m3u8");
  EXPECT_THAT(stream.codecs(), testing::Contains("h264"));
  EXPECT_EQ(host_.get("/hls/room/segment0.ts").status, 404U);
  EXPECT_EQ(host_.get("/hls/other/index.m3u8").status, 404U);
  EXPECT_EQ(host_.remove(address).json().at("state"), "ended");
  EXPECT_EQ(host_.get("/hls/room/index.m3u8").status, 404U);
}

TEST_F(OutputsTest, HowOutputsEndedIsKnownWhenTheRoomIsClosed) {
  EXPECT_EQ(host_.get(outputs).json().value("code", ""), "unknown_room");
  auto ada = join({.name = "Ada"});
  const std::string recording = start_output({{"kind", "recording"}}, "recording");
  const std::string name = output("o1").at("target");
  const std::string hls = start_output({{"kind", "hls"}}, "live");
  host_.remove(recording);
  ada->leave();
  ASSERT_TRUE(is_soon("o1", "finished"));
  host_.remove(hls);
  ASSERT_TRUE(wait_until([&] { return server_->times_logged("room closed room=room") == 1; }));
  EXPECT_EQ(output("o1").value("state", ""), "finished");
  EXPECT_EQ(output("o1").value("target", ""), name + ".mp4");
  EXPECT_EQ(output("o2").value("state", ""), "ended");
  EXPECT_EQ(host_.get("/api/rooms/other/outputs").status, 404U);
  EXPECT_EQ(host_.remove(recording).json().value("code", ""), "unknown_room");

  // Another meeting of its name goes on where it left off.
  const auto grace = join({.name = "Grace"});
  EXPECT_EQ(start_output({{"kind", "hls"}}, "live"), std::string(outputs) + "/o3");
  EXPECT_EQ(output("o1").value("state", ""), "finished");
  EXPECT_EQ(grace->output().value("id", ""), "o3");
}

TEST_F(OutputsTest, ASnapshotIsThePictureOfTheMoment) {
  EXPECT_EQ(host_.get("/api/rooms/room/snapshot").status, 404U);
  const auto ada = join({.name = "Ada", .colour = red});
  ASSERT_TRUE(wait_until([&] { return ada->received().frames() > 10; }));
  observe(1s);
  const auto answer = host_.get("/api/rooms/room/snapshot");
  EXPECT_EQ(answer.status, 200U);
  const std::string file = folder_.path() / "snapshot.jpg";
  std::ofstream(file) << answer.body;
  const auto frames = FileProbe(file).frames();
  ASSERT_EQ(frames.size(), 1U);
  EXPECT_TRUE(is_red(frames.front()));
}

}  // namespace
}  // namespace tessera::test
