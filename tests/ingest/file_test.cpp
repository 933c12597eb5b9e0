#include <gmock/gmock.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <limits>
#include <numbers>

#include "ingest/moments.h"
#include "ingest/stage.h"
#include "support/temporary_folder.h"

namespace tessera::ingest {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::wait_until;

// Files of one test.
class FileTest : public testing::Test {
 protected:
  PlayerOptions options() const { return {.media_folder = folder_.path()}; }
  void make(const std::string& name, Container container, const std::vector<Second>& content,
            const FileForm& form = {}) {
    make_file(folder_.path() / name, container, content, form);
  }

  test::TemporaryFolder folder_;
};

struct Form {
  const char* name;
  Container container;
};

class FileOfEachFormTest : public FileTest, public testing::WithParamInterface<Form> {};

TEST_P(FileOfEachFormTest, PlaysWithPicturesAndSoundAtItsPace) {
  make(GetParam().name, GetParam().container, four_seconds);
  Stage stage(GetParam().name, {.media_folder = folder_.path()});
  ASSERT_TRUE(wait_until([&] { return stage.shows(red); }, seconds(1)))
      << test::describe(stage.pictures().pixel(0.5, 0.5));
  const TimePoint began = Clock::now();
  EXPECT_TRUE(stage.wait_for_tone(440));
  EXPECT_EQ(stage.player().state(), Player::State::playing);
  EXPECT_EQ(stage.pictures().size(), (Resolution{640, 360}));
  EXPECT_TRUE(stage.player().has_video());
  EXPECT_TRUE(stage.player().has_audio());
  EXPECT_FALSE(stage.player().is_live());
  EXPECT_NEAR(static_cast<double>(stage.player().duration().value_or(Duration{}).count()), 4000,
              100);
  EXPECT_TRUE(stage.wait_for_colour(green));
  EXPECT_TRUE(stage.wait_for_tone(880));
  EXPECT_TRUE(stage.wait_for_colour(blue));
  EXPECT_TRUE(stage.wait_for_colour(white));
  EXPECT_NEAR(std::chrono::duration<double>(Clock::now() - began).count(), 3, 0.15);
  EXPECT_TRUE(stage.wait_for_state(Player::State::ended));
  EXPECT_NEAR(std::chrono::duration<double>(Clock::now() - began).count(), 4, 0.25);
  EXPECT_THAT(stage.states(), testing::ElementsAre(Player::State::playing, Player::State::ended));
}

TEST_P(FileOfEachFormTest, KeepsPicturesAndSoundTogetherOverSeeksAndPauses) {
  make(GetParam().name, GetParam().container,
       {{black, 0}, {white, 440}, {black, 0}, {white, 440}, {black, 0}, {black, 0}});
  Stage stage(GetParam().name, options());
  const Moments flashes(*stage.player().video(), Moments::Of::pictures);
  const Moments beeps(*stage.player().audio(), Moments::Of::sound);
  const auto have = [&](std::size_t count) {
    return wait_until(
        [&] { return flashes.begins().size() >= count && beeps.begins().size() >= count; });
  };
  ASSERT_TRUE(have(1));
  stage.player().pause();
  test::observe(milliseconds(300));
  stage.player().resume();
  ASSERT_TRUE(have(2));
  ASSERT_TRUE(stage.player().seek(milliseconds(500)));
  ASSERT_TRUE(have(4));
  for (int i = 0; i < 4; ++i) EXPECT_NEAR(flashes.begins()[i], beeps.begins()[i], 0.04) << i;
  EXPECT_NEAR(flashes.begins()[3] - flashes.begins()[2], 2, 0.05);
  // What leaves has the time at which it leaves.
  EXPECT_LT(flashes.latest(), 0.1);
  EXPECT_GT(flashes.earliest(), -0.01);
  EXPECT_LT(beeps.latest(), 0.1);
  EXPECT_GT(beeps.earliest(), -0.01);
}

INSTANTIATE_TEST_SUITE_P(, FileOfEachFormTest,
                         testing::Values(Form{"film.mp4", Container::mp4},
                                         Form{"film.webm", Container::webm}),
                         [](const auto& form) {
                           return form.param.container == Container::mp4 ? "Mp4" : "Webm";
                         });

TEST_F(FileTest, ShowsItsLastPictureWhilePausedAndGoesOnFromThere) {
  make("film.webm", Container::webm, four_seconds);
  Stage stage("film.webm", options());
  ASSERT_TRUE(stage.wait_for_colour(green));
  stage.player().pause();
  EXPECT_EQ(stage.player().state(), Player::State::paused);
  const Duration position = stage.player().position();
  EXPECT_NEAR(static_cast<double>(position.count()), 1050, 100);
  test::observe(milliseconds(1500));
  EXPECT_TRUE(stage.shows(green));
  EXPECT_EQ(stage.sounds().tone_db(880), std::nullopt);
  EXPECT_NEAR(static_cast<double>((stage.player().position() - position).count()), 0, 50);
  stage.player().resume();
  const TimePoint resumed = Clock::now();
  EXPECT_TRUE(stage.wait_for_tone(880));
  ASSERT_TRUE(stage.wait_for_colour(blue));
  EXPECT_NEAR(std::chrono::duration<double>(Clock::now() - resumed).count(), 0.95, 0.2);
}

TEST_F(FileTest, IsPausedAndGoesOnIfThatIsAskedForBeforeItPlays) {
  make("film.mp4", Container::mp4, four_seconds);
  Stage stage("film.mp4", options());
  stage.player().pause();
  ASSERT_EQ(stage.player().state(), Player::State::opening);
  ASSERT_TRUE(stage.wait_for_state(Player::State::paused));
  EXPECT_TRUE(stage.player().can_seek());
  EXPECT_EQ(stage.pictures().frames(), 0);
  stage.player().resume();
  EXPECT_TRUE(stage.wait_for_colour(red));
  EXPECT_TRUE(stage.wait_for_tone(440));
  EXPECT_THAT(stage.states(), testing::ElementsAre(Player::State::paused, Player::State::playing));
}

TEST_F(FileTest, GoesOnAtOnceAfterASeekWhilePaused) {
  make("film.mp4", Container::mp4, four_seconds);
  Stage stage("film.mp4", options());
  ASSERT_TRUE(stage.wait_for_colour(red));
  stage.player().pause();
  ASSERT_TRUE(stage.player().seek(milliseconds(2500)));
  EXPECT_EQ(stage.player().position(), milliseconds(2500));
  test::observe(milliseconds(700));
  EXPECT_TRUE(stage.shows(red));
  EXPECT_EQ(stage.player().position(), milliseconds(2500));
  stage.player().resume();
  const TimePoint resumed = Clock::now();
  ASSERT_TRUE(stage.wait_for_colour(blue));
  EXPECT_LT(Clock::now() - resumed, milliseconds(150));
  ASSERT_TRUE(stage.wait_for_colour(white));
  EXPECT_NEAR(std::chrono::duration<double>(Clock::now() - resumed).count(), 0.5, 0.15);
}

TEST_F(FileTest, SeeksToThePlaceThatWasAskedForLast) {
  make("film.mp4", Container::mp4, four_seconds);
  Stage stage("film.mp4", options());
  ASSERT_TRUE(stage.player().state() == Player::State::opening);
  EXPECT_FALSE(stage.player().seek(seconds(1)));
  ASSERT_TRUE(stage.wait_for_state(Player::State::playing));
  for (const auto place : {milliseconds(3100), milliseconds(200), milliseconds(2100)}) {
    ASSERT_TRUE(stage.player().seek(place));
    EXPECT_EQ(stage.player().position(), place);
  }
  ASSERT_TRUE(stage.wait_for_colour(blue));
  EXPECT_TRUE(stage.wait_for_tone(1320));
  ASSERT_TRUE(stage.player().seek(milliseconds(1200)));
  ASSERT_TRUE(stage.wait_for_colour(green));
  EXPECT_TRUE(stage.wait_for_tone(880));
}

TEST_F(FileTest, PlaysAgainFromAPlaceAfterItsEnd) {
  make("film.mp4", Container::mp4, {{red, 440}});
  Stage stage("film.mp4", options());
  ASSERT_TRUE(stage.wait_for_state(Player::State::ended));
  ASSERT_TRUE(stage.player().seek(Duration{}));
  EXPECT_EQ(stage.player().state(), Player::State::playing);
  const int frames = stage.pictures().frames();
  EXPECT_TRUE(wait_until([&] { return stage.pictures().frames() > frames + 20; }));
  EXPECT_TRUE(stage.wait_for_state(Player::State::ended));
}

TEST_P(FileOfEachFormTest, LoopsWithHardlyAGap) {
  make(GetParam().name, GetParam().container, {{black, 0}, {white, 440}});
  PlayerOptions looping = options();
  looping.loop = true;
  Stage stage(GetParam().name, looping);
  const Moments flashes(*stage.player().video(), Moments::Of::pictures);
  const Moments beeps(*stage.player().audio(), Moments::Of::sound);
  ASSERT_TRUE(
      wait_until([&] { return flashes.begins().size() >= 3 && beeps.begins().size() >= 3; }));
  EXPECT_LT(flashes.longest_gap(), 0.2);
  EXPECT_LT(beeps.longest_gap(), 0.2);
  for (int i = 0; i < 3; ++i) EXPECT_NEAR(flashes.begins()[i], beeps.begins()[i], 0.04) << i;
  RecordProperty("gap_ms", static_cast<int>(1000 * flashes.longest_gap()));
  stage.player().set_loop(false);
  EXPECT_TRUE(stage.wait_for_state(Player::State::ended));
}

TEST_F(FileTest, HasAVolumeAndALevel) {
  make("sound.webm", Container::webm, four_seconds);
  Stage stage("sound.webm", options());
  ASSERT_TRUE(stage.wait_for_tone(440));
  const double as_it_is = stage.sounds().tone_db(440).value_or(-100);
  EXPECT_NEAR(as_it_is, -6, 1);
  EXPECT_NEAR(stage.player().take_level().value_or(-1), 9, 1);
  stage.player().set_volume(0.1);
  EXPECT_TRUE(wait_until(
      [&] { return std::abs(stage.sounds().tone_db(880).value_or(0) - as_it_is + 20) < 1; }));
  stage.player().set_volume(0);
  (void)stage.player().take_level();
  EXPECT_TRUE(wait_until([&] { return stage.player().take_level() == 127; }));
}

TEST_F(FileTest, PlaysWhatHasOnlyPicturesOrOnlySound) {
  make("mute.mp4", Container::mp4, {{red, 0}, {green, 0}}, {.has_audio = false});
  make("blind.mp4", Container::mp4, {{red, 440}, {red, 880}}, {.has_video = false});
  Stage mute("mute.mp4", options());
  Stage blind("blind.mp4", options());
  EXPECT_TRUE(mute.wait_for_colour(red));
  EXPECT_TRUE(blind.wait_for_tone(440));
  EXPECT_TRUE(mute.wait_for_colour(green));
  EXPECT_FALSE(mute.player().has_audio());
  EXPECT_TRUE(mute.player().has_video());
  EXPECT_TRUE(blind.player().has_audio());
  EXPECT_FALSE(blind.player().has_video());
  EXPECT_TRUE(mute.wait_for_state(Player::State::ended));
  EXPECT_TRUE(blind.wait_for_state(Player::State::ended));
}

// A WAV file of floats, in mono.
void write_wav(const std::filesystem::path& file, const std::vector<float>& samples) {
  std::ofstream wav(file, std::ios::binary);
  const auto number = [&](auto value) {
    wav.write(reinterpret_cast<const char*>(&value), sizeof(value));
  };
  const auto bytes = static_cast<std::uint32_t>(samples.size() * sizeof(float));
  constexpr std::uint32_t rate = 48000;
  wav << "RIFF";
  number(36 + bytes);
  wav << "WAVEfmt ";
  number(std::uint32_t{16});
  number(std::uint16_t{3});  // Float.
  number(std::uint16_t{1});
  number(rate);
  number(std::uint32_t{rate * sizeof(float)});
  number(std::uint16_t{sizeof(float)});
  number(std::uint16_t{32});
  wav << "data";
  number(bytes);
  for (const float sample : samples) number(sample);
}

TEST_F(FileTest, HasOnlyNumbersForSound) {
  std::vector<float> samples(4 * 48000);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    samples[i] = 0.5F * std::sin(2 * std::numbers::pi_v<float> / 48000 * 440 *
                                 static_cast<float>(i % 48000));
  }
  using Limits = std::numeric_limits<float>;
  const std::array<float, 4> no_sound = {Limits::quiet_NaN(), Limits::infinity(),
                                         -Limits::infinity(), Limits::max()};
  for (std::size_t i = 0; i < samples.size(); i += 500) samples[i] = no_sound[i / 500 % 4];
  write_wav(folder_.path() / "floats.wav", samples);
  Stage stage("floats.wav", options());
  EXPECT_TRUE(stage.wait_for_tone(440));
  EXPECT_NEAR(stage.player().take_level().value_or(-1), 9, 2);
}

TEST_F(FileTest, FitsItsTileAndKeepsToItsFrameRate) {
  make("film.webm", Container::webm, four_seconds);
  Stage stage("film.webm", options());
  ASSERT_TRUE(stage.wait_for_colour(red));
  stage.player().set_tile({320, 320});
  stage.player().limit_frame_rate(10);
  EXPECT_TRUE(wait_until([&] { return stage.pictures().size() == Resolution{320, 320}; }));
  ASSERT_TRUE(stage.wait_for_colour(green));
  stage.pictures().start_measuring();
  ASSERT_TRUE(stage.wait_for_colour(white));
  EXPECT_NEAR(stage.pictures().frames_per_second(), 10, 2);
}

TEST_F(FileTest, FailsWithAPlainReasonIfItIsNone) {
  std::ofstream(folder_.path() / "noise.mp4") << std::string(100'000, '\x9c');
  std::ofstream(folder_.path() / "text.mp4") << "This is a text, and no film at all.\n";
  std::ofstream(folder_.path() / "empty.mp4");
  for (const char* name : {"noise.mp4", "text.mp4", "empty.mp4"}) {
    Stage stage(name, options());
    EXPECT_TRUE(stage.wait_for_state(Player::State::failed)) << name;
    ASSERT_TRUE(stage.reason()) << name;
    EXPECT_EQ(stage.reason()->code, "source_failed");
    EXPECT_THAT(stage.reason()->message, testing::Not(testing::HasSubstr("/")));
    RecordProperty(name, stage.reason()->message);
  }
}

TEST_F(FileTest, FailsIfItBreaksOffInTheMiddleOrPlaysWhatThereIs) {
  make("film.webm", Container::webm, four_seconds);
  std::filesystem::resize_file(folder_.path() / "film.webm",
                               std::filesystem::file_size(folder_.path() / "film.webm") / 2);
  Stage stage("film.webm", options());
  EXPECT_TRUE(stage.wait_for_colour(red));
  EXPECT_TRUE(wait_until([&] {
    return stage.player().state() == Player::State::ended ||
           stage.player().state() == Player::State::failed;
  }));
}

TEST_F(FileTest, RefusesPicturesThatAreTooLarge) {
  for (const auto container : {Container::mp4, Container::webm}) {
    make("large", container, {{red, 440}}, {.width = 640, .height = 360});
    PlayerOptions strict = options();
    strict.largest_picture = {320, 180};
    Stage stage("large", strict);
    EXPECT_TRUE(stage.wait_for_state(Player::State::failed));
    ASSERT_TRUE(stage.reason());
    EXPECT_EQ(stage.reason()->code, "source_failed");
    EXPECT_THAT(stage.reason()->message, testing::HasSubstr("too large"));
    EXPECT_EQ(stage.pictures().frames(), 0);
  }
}

// Whoever does so often must end up with nothing left: the leak tracer and sanitizers look.
TEST_F(FileTest, MayGoAtAnyMoment) {
  make("film.mp4", Container::mp4, {{red, 440}, {red, 440}});
  for (int wait = 0; wait < 100; wait += 5) {
    Stage stage("film.mp4", options());
    test::observe(milliseconds(wait));
    (void)stage.player().seek(seconds(1));
  }
  EXPECT_TRUE(wait_for_workers(seconds(10)));
}

}  // namespace
}  // namespace tessera::ingest
