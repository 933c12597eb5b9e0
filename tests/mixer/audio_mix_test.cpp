#include "mixer/audio_mix.h"

#include <gtest/gtest.h>

#include <array>

#include "gst/route.h"
#include "support/sanitizers.h"
#include "support/sinks.h"
#include "support/wait.h"

namespace tessera::mixer {
namespace {

std::string tone(double hz) {
  return "audiotestsrc is-live=true volume=0.1 samplesperbuffer=960 freq=" + std::to_string(hz) +
         " ! audio/x-raw,format=F32LE,rate=48000,channels=1,layout=interleaved";
}

constexpr double tone_db = -20;     // Of volume=0.1.
constexpr double silence_db = -80;  // 60 dB below.

TEST(AudioMix, EachHearsAllOthersAndNobodyHearsThemselves) {
  constexpr std::array frequencies = {440.0, 1000.0, 2600.0};
  constexpr int slots = 3;
  const auto descriptions = test::descriptions();
  const auto mix = *AudioMix::create("test", slots, descriptions);
  std::vector<std::unique_ptr<test::Source>> speakers;
  std::vector<std::unique_ptr<gst::Route>> routes;
  std::vector<std::unique_ptr<test::SoundSink>> listeners;
  for (int slot = 0; slot < slots; ++slot) {
    speakers.push_back(std::make_unique<test::Source>(tone(frequencies.at(slot))));
    routes.push_back(std::make_unique<gst::Route>(speakers.back()->out(), mix->voice(slot),
                                                  gst::Route::Media::any_buffer));
    listeners.push_back(std::make_unique<test::SoundSink>(mix->mix_minus(slot)));
  }
  test::SoundSink programme(mix->programme());

  const auto hears = [&](int slot, double hz) { return listeners[slot]->received().tone_db(hz); };
  const auto is_right = [&] {
    for (int listener = 0; listener < slots; ++listener) {
      for (int speaker = 0; speaker < slots; ++speaker) {
        const auto level = hears(listener, frequencies.at(speaker));
        if (!level) return false;
        const bool own = listener == speaker;
        if (own ? *level > silence_db : std::abs(*level - tone_db) > 1) return false;
      }
    }
    return true;
  };
  EXPECT_TRUE(test::wait_until(is_right, std::chrono::seconds(5)));
  for (int listener = 0; listener < slots; ++listener) {
    for (const double hz : frequencies) {
      RecordProperty("slot" + std::to_string(listener) + "_" + std::to_string(int(hz)),
                     std::to_string(hears(listener, hz).value_or(-999)));
    }
  }
  for (const double hz : frequencies) {
    EXPECT_NEAR(programme.received().tone_db(hz).value_or(-999), tone_db, 1) << hz;
  }
}

TEST(AudioMix, KeepsTimeWithoutAnybodyAndWhenSomebodyFallsSilent) {
  const auto descriptions = test::descriptions();
  const auto mix = *AudioMix::create("test", 2, descriptions);
  test::SoundSink programme(mix->programme());
  ASSERT_TRUE(test::wait_until([&] { return programme.received().tone_db(440).has_value(); }));
  {
    const test::Source speaker(tone(440));
    const gst::Route route(speaker.out(), mix->voice(0), gst::Route::Media::any_buffer);
    EXPECT_TRUE(test::wait_until(
        [&] { return programme.received().tone_db(440).value_or(-999) > tone_db - 1; }));
  }
  programme.received().start_measuring();
  EXPECT_TRUE(
      test::wait_until([&] { return programme.received().tone_db(440).value_or(0) < silence_db; }));
  // The mixer waits once for whoever falls silent: its latency and a buffer, 80 ms, if it gets its
  // turn at once.
  EXPECT_LT(programme.received().longest_sound_gap(),
            test::slowness * std::chrono::milliseconds(250));
}

}  // namespace
}  // namespace tessera::mixer
