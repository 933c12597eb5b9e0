#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <ostream>
#include <string>

#include "egress/rtmp_server.h"
#include "integration/outputs_fixture.h"
#include "support/sanitizers.h"

namespace tessera::test {
namespace {

struct Outage {
  const char* name;
  Duration length;
  bool is_frozen = false;  // Or else killed.

  friend std::ostream& operator<<(std::ostream& out, const Outage& outage) {
    return out << outage.name;
  }
};

// A meeting whose broadcast loses its target for a while.
class OutageTest : public OutputsTest, public testing::WithParamInterface<Outage> {
 protected:
  OutageTest() { target_.start(); }

  void begin_outage() {
    if (GetParam().is_frozen) {
      target_.signal(SIGSTOP);
    } else {
      target_.kill();
    }
  }

  void end_outage() {
    if (GetParam().is_frozen) {
      target_.signal(SIGCONT);
    } else {
      target_.start();
    }
  }

  // Whether whoever watches the broadcast now gets it: pictures from the next keyframe on.
  bool is_watched() const {
    return std::ranges::count_if(packets_of(target_.url("live", "key"), 4), &Packet::is_video) > 45;
  }

  RtmpServer target_;
};

void expect_nothing_lost(Client& participant) {
  const Received& received = participant.received();
  const std::string name = participant.participants().at(participant.id()).at("name");
  EXPECT_LT(received.longest_freeze(), slowness * 150ms) << name;
  EXPECT_GE(received.frames_per_second(), 28.0 / slowness) << name;
  EXPECT_LT(received.longest_sound_gap(), slowness * 100ms) << name;
}

TEST_P(OutageTest, CostsTheMeetingNothing) {
  // Who moves: of a still picture the kernel takes half a minute for a target that is frozen.
  const auto ada = join({.name = "Ada", .camera_blinks = true, .tone_hz = 440});
  const auto grace = join({.name = "Grace", .tone_hz = 1000});
  start_output({{"kind", "broadcast"}, {"url", target_.url("live", "key")}}, "live");
  ASSERT_TRUE(is_watched());
  for (Client* participant : {ada.get(), grace.get()}) participant->received().start_measuring();

  const TimePoint began = Clock::now();
  begin_outage();
  // For a frozen one the kernel takes some more.
  EXPECT_TRUE(is_soon("o1", "reconnecting", GetParam().is_frozen ? 25s : 3s)) << output("o1");
  wait_until([&] { return Clock::now() >= began + GetParam().length; }, GetParam().length);
  EXPECT_EQ(output("o1").at("state"), "reconnecting");
  end_outage();
  EXPECT_TRUE(is_soon("o1", "live", 3s)) << output("o1");
  for (Client* participant : {ada.get(), grace.get()}) expect_nothing_lost(*participant);
  EXPECT_TRUE(is_watched());
}

INSTANTIATE_TEST_SUITE_P(Outages, OutageTest,
                         testing::Values(Outage{"KilledForHalfASecond", 500ms},
                                         Outage{"KilledForFiveSeconds", 5s},
                                         Outage{"KilledForAMinute", 60s},
                                         Outage{"FrozenForHalfAMinute", 30s, true}),
                         [](const auto& test) { return test.param.name; });

using DesertedRoomTest = OutputsTest;

// Whatever else has gone out of the empty room for how long.
TEST_F(DesertedRoomTest, IsRecordedForAWholeMinute) {
  const TimePoint began = Clock::now();
  start_output({{"kind", "hls"}}, "live");
  observe(57s - std::chrono::duration_cast<Duration>(Clock::now() - began));
  start_output({{"kind", "recording"}}, "recording");
  observe(5s);
  EXPECT_EQ(output("o2").at("state"), "recording");
}

}  // namespace
}  // namespace tessera::test
