#include "mcu/encodings.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "support/log_lines.h"
#include "support/sinks.h"
#include "support/temporary_folder.h"
#include "support/wait.h"

namespace tessera::mcu {
namespace {

using namespace std::chrono_literals;
using test::wait_until;
using testing::ElementsAre;

// A room's mixers, and the encoders for them.
class EncodingsTest : public testing::Test {
 protected:
  explicit EncodingsTest(gst::Descriptions descriptions = test::descriptions())
      : descriptions_(std::move(descriptions)),
        canvas_(*mixer::Canvas::create("room", {{64, 64}, 30, 1}, descriptions_)),
        sound_(*mixer::AudioMix::create("room", 2, descriptions_)) {}

  const gst::Descriptions descriptions_;
  const std::unique_ptr<mixer::Canvas> canvas_;
  const std::unique_ptr<mixer::AudioMix> sound_;
  int failures_ = 0;
  Encodings encodings_{"room",        {},
                       *canvas_,      *sound_,
                       descriptions_, [this](const mixer::Encoding&, bool) { ++failures_; }};
};

TEST_F(EncodingsTest, SoundStaysForAWhileAfterItsLastUser) {
  auto encoding = *encodings_.mix_minus(1);
  const std::weak_ptr<mixer::Encoding> running = encoding;
  encoding.reset();
  const TimePoint now = Clock::now();
  encodings_.stop_unused(now + 4s);
  EXPECT_FALSE(running.expired());
  encodings_.stop_unused(now + 5s);
  EXPECT_TRUE(running.expired());
}

TEST_F(EncodingsTest, SoundThatIsUsedAgainMeanwhileIsTheSame) {
  const std::weak_ptr<mixer::Encoding> first = *encodings_.programme();
  const auto again = *encodings_.programme();
  EXPECT_EQ(again, first.lock());
  EXPECT_NE(*encodings_.mix_minus(0), again);
}

TEST_F(EncodingsTest, SoundStaysHoweverLongItIsUsed) {
  auto encoding = *encodings_.programme();
  const std::weak_ptr<mixer::Encoding> running = encoding;
  const TimePoint now = Clock::now();
  encodings_.stop_unused(now + 1h);
  EXPECT_EQ(*encodings_.programme(), encoding);
  // The while begins when it was last seen in use.
  encodings_.stop_unused(now + 2h);
  encoding.reset();
  encodings_.stop_unused(now + 2h + 4s);
  EXPECT_FALSE(running.expired());
  encodings_.stop_unused(now + 2h + 5s);
  EXPECT_TRUE(running.expired());
}

// It costs much more than sound, and nobody changes pictures often.
TEST_F(EncodingsTest, APictureGoesWithItsLastUser) {
  auto encoding = *encodings_.picture(VideoCodec::vp8);
  auto second_user = *encodings_.picture(VideoCodec::vp8);
  EXPECT_EQ(second_user, encoding);
  const std::weak_ptr<mixer::Encoding> running = encoding;
  encoding.reset();
  EXPECT_FALSE(running.expired());
  second_user.reset();
  EXPECT_TRUE(running.expired());
}

TEST_F(EncodingsTest, EachThatStartsIsLoggedAgainWhenItStops) {
  const test::LogLines lines("mcu");
  auto picture = *encodings_.picture(VideoCodec::vp8);
  auto sound = *encodings_.programme();
  EXPECT_THAT(lines.with("encoding"), ElementsAre("encoding started room=room codec=VP8",
                                                  "encoding started room=room mix=programme"));
  picture.reset();
  sound.reset();
  encodings_.stop_unused(Clock::now() + 5s);
  EXPECT_THAT(lines.with("stopped"), ElementsAre("encoding stopped room=room codec=VP8",
                                                 "encoding stopped room=room mix=programme"));
}

// The project's descriptions, but for one whose sound encoder fails after a moment.
gst::Descriptions with_failing_sound() {
  const std::filesystem::path own = TESSERA_SOURCE_DIR "/pipelines";
  const test::TemporaryFolder folder;
  std::filesystem::copy(own, folder.path());
  std::stringstream text;
  text << std::ifstream(own / "encode-opus.gst").rdbuf();
  std::string broken = text.str();
  broken.insert(broken.find("! appsink name=out"), "! identity error-after=5\n");
  std::ofstream(folder.path() / "encode-opus.gst") << broken;
  return *gst::Descriptions::load(folder.path());
}

class FailingEncodingsTest : public EncodingsTest {
 protected:
  FailingEncodingsTest() : EncodingsTest(with_failing_sound()) {}
};

TEST_F(FailingEncodingsTest, AreNotKept) {
  auto encoding = *encodings_.programme();
  const std::weak_ptr<mixer::Encoding> running = encoding;
  ASSERT_TRUE(wait_until([&] { return failures_ == 1; }));
  EXPECT_NE(*encodings_.programme(), encoding);
  encoding.reset();
  EXPECT_TRUE(running.expired());
}

TEST_F(FailingEncodingsTest, AreNotKeptWithoutAUserEither) {
  const std::weak_ptr<mixer::Encoding> running = *encodings_.programme();
  EXPECT_FALSE(running.expired());
  ASSERT_TRUE(wait_until([&] { return failures_ == 1; }));
  EXPECT_TRUE(running.expired());
}

}  // namespace
}  // namespace tessera::mcu
