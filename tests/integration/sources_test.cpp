#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "egress/process.h"
#include "egress/rtmp_server.h"
#include "ingest/rtsp_server.h"
#include "integration/outputs_fixture.h"
#include "support/free_port.h"

namespace tessera::test {
namespace {

constexpr const char* sources = "/api/rooms/room/sources";

constexpr Colour blue{40, 70, 210};
constexpr Colour green{40, 160, 60};

// By the kernel's list, whose second column is an address and a port in hexadecimal (proc_net(5)).
bool listens_by_udp(int port) {
  std::ifstream sockets("/proc/net/udp");
  std::array<char, 7> end{};
  std::snprintf(end.data(), end.size(), ":%04X", static_cast<unsigned>(port));
  for (std::string line; std::getline(sockets, line);) {
    std::istringstream columns(line);
    std::string number;
    std::string address;
    columns >> number >> address;
    if (address.ends_with(end.data())) return true;
  }
  return false;
}

// What is played to a meeting.
class SourcesTest : public OutputsTest {
 protected:
  // Of the participant as whom it is played.
  std::string play(const std::string& address) {
    const auto answer = host_.post(sources, {{"url", address}, {"name", "Film"}, {"loop", true}});
    EXPECT_EQ(answer.status, 201U) << answer.body;
    return answer.json().value("participant", "");
  }

  std::string state() { return host_.listed(sources, "sources").value("state", ""); }

  // Whether it is seen in its tile and heard.
  void is_seen_and_heard(Client& viewer, const std::string& id, const Colour& colour,
                         double tone_hz) {
    const Pixel wanted = yuv(colour.red, colour.green, colour.blue);
    EXPECT_TRUE(wait_until(
        [&] {
          const auto tile = viewer.tile_of(id);
          if (!tile) return false;
          const auto [x, y] = tile->middle();
          return is_near(viewer.received().pixel(x, y), wanted, 12);
        },
        20s))
        << host_.get(sources).body;
    EXPECT_TRUE(wait_until([&] { return viewer.received().tone_db(tone_hz).value_or(-99) > -40; }));
  }

  // Plays it to a meeting for as long as that takes to see.
  void is_played(const std::string& address, const Colour& colour, double tone_hz) {
    const auto ada = join({.name = "Ada", .colour = red, .tone_hz = 1800});
    const std::string id = play(address);
    is_seen_and_heard(*ada, id, colour, tone_hz);
    EXPECT_EQ(ada->participants().at(id).at("name"), "Film");
    EXPECT_EQ(host_.remove(sources + ("/" + id)).status, 204U);
    EXPECT_TRUE(wait_until([&] { return ada->participants().size() == 1; }));
    // As one that ended lately.
    EXPECT_EQ(host_.listed(sources, "sources").value("participant", ""), id);
    EXPECT_EQ(state(), "ended");
    EXPECT_EQ(host_.remove(sources + ("/" + id)).status, 404U);
  }

  // A picture of one colour and a tone, made by FFmpeg.
  static std::vector<std::string> film(const Colour& colour, int tone_hz,
                                       const std::vector<std::string>& before,
                                       const std::vector<std::string>& after) {
    std::vector<std::string> command = {"ffmpeg", "-v", "error", "-nostdin"};
    const auto add = [&](const std::vector<std::string>& more) {
      command.insert(command.end(), more.begin(), more.end());
    };
    add(before);
    std::array<char, 7> hex{};
    std::snprintf(hex.data(), hex.size(), "%02x%02x%02x", colour.red, colour.green, colour.blue);
    add({"-f", "lavfi", "-i", "color=size=320x180:rate=30:c=0x" + std::string(hex.data())});
    add({"-f", "lavfi", "-i", "sine=sample_rate=48000:frequency=" + std::to_string(tone_hz)});
    add({"-af", "volume=4", "-c:v", "libx264", "-preset", "ultrafast", "-g", "30"});
    add({"-pix_fmt", "yuv420p", "-c:a", "aac"});
    add(after);
    return command;
  }
};

TEST_F(SourcesTest, AFileIsSeenAndHeardInTheMeeting) {
  Process make(film(blue, 1000, {}, {"-t", "3", folder_.path() / "film.mp4"}));
  ASSERT_TRUE(make.ends_well(20s)) << make.output();
  is_played("film.mp4", blue, 1000);
}

TEST_F(SourcesTest, AnSrtStreamIsSeenAndHeardInTheMeeting) {
  const int port = free_port(SOCK_DGRAM);
  const std::string address = "srt://127.0.0.1:" + std::to_string(port);
  Process sender(film(blue, 1000, {"-re"}, {"-f", "mpegts", address + "?mode=listener"}));
  ASSERT_TRUE(wait_until([&] { return listens_by_udp(port); })) << sender.output();
  is_played(address, blue, 1000);
}

TEST_F(SourcesTest, AnRtspStreamIsSeenAndHeardInTheMeeting) {
  const int port = free_port();
  const RtspServer server(port, "green");
  is_played("rtsp://127.0.0.1:" + std::to_string(port) + "/live", {0, 255, 0}, 440);
}

TEST_F(SourcesTest, AnRtmpStreamIsSeenAndHeardInTheMeetingAndAgainAfterItsPublisherDied) {
  RtmpServer server;
  server.start();
  const std::string address = server.url("live", "film");
  const auto publish = [&](const Colour& colour, int tone_hz) {
    return std::make_unique<Process>(film(colour, tone_hz, {"-re"}, {"-f", "flv", address}));
  };
  auto publisher = publish(blue, 1000);
  const auto ada = join({.name = "Ada", .colour = red, .tone_hz = 1800});
  const std::string id = play(address);
  is_seen_and_heard(*ada, id, blue, 1000);

  publisher.reset();
  ASSERT_TRUE(wait_until([&] { return state() == "reconnecting"; }, 15s)) << state();
  EXPECT_NE(host_.listed(sources, "sources").at("reason"), "");
  EXPECT_TRUE(wait_until([&] { return ada->received().tone_db(1000).value_or(0) < -60; }));
  EXPECT_EQ(ada->participants().size(), 2U);

  publisher = publish(green, 660);
  is_seen_and_heard(*ada, id, green, 660);
  EXPECT_EQ(state(), "playing");
}

TEST_F(SourcesTest, WhatCantBePlayedIsSaidInPlainWords) {
  const auto ada = join({.name = "Ada"});
  const auto refused = host_.post(sources, {{"url", "../secret.mp4"}});
  EXPECT_EQ(refused.status, 400U);
  EXPECT_EQ(refused.json().at("code"), "invalid_source");
  EXPECT_EQ(host_.post(sources, {{"url", "missing.mp4"}}).status, 422U);
  ASSERT_EQ(host_.post(sources, {{"url", "rtsp://127.0.0.1:1/live"}}).status, 201U);
  ASSERT_TRUE(
      wait_until([&] { return host_.listed(sources, "sources").value("state", "") == "failed"; }));
  EXPECT_NE(host_.listed(sources, "sources").at("reason"), "");
  EXPECT_TRUE(wait_until([&] { return ada->participants().size() == 1; }));
  EXPECT_EQ(host_.remove("/api/rooms/room/sources/p999").status, 404U);
}

}  // namespace
}  // namespace tessera::test
