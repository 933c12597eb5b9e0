#include <gtest/gtest.h>

#include <array>

#include "gst/pipeline.h"
#include "pipelines/media.h"
#include "support/sinks.h"
#include "support/wait.h"

namespace tessera {
namespace {

using test::wait_until;

class MixVideoTest : public testing::Test {
 protected:
  MixVideoTest()
      : pipeline_(test::make_pipeline(test::descriptions().text("mix-video", 2))),
        outlet_(*pipeline_, "out"),
        seen_(outlet_) {}

  void place(int slot, const Rectangle& where) {
    const auto canvas = pipeline_->element("canvas");
    const auto pad = gst::Ref<GstPad>::adopt(
        gst_element_get_static_pad(canvas.get(), ("sink_" + std::to_string(slot)).c_str()));
    g_object_set(pad.get(), "xpos", where.x, "ypos", where.y, "width", where.width, "height",
                 where.height, nullptr);
  }

  bool becomes(double x, double y, const test::Pixel& colour) {
    return wait_until([&] { return is_near(seen_.received().pixel(x, y), colour); });
  }

  std::unique_ptr<gst::Pipeline> pipeline_;
  gst::Outlet outlet_;
  test::PictureSink seen_;
};

TEST_F(MixVideoTest, PutsEachTileWhereTheLayoutWantsIt) {
  place(0, {0, 0, 640, 360});
  place(1, {640, 360, 640, 360});
  ASSERT_TRUE(pipeline_->start());
  const test::Source left(test::camera({640, 360}, test::red));
  const test::Source right(test::camera({640, 360}, test::blue));
  const gst::Route one(left.out(), gst::Inlet(*pipeline_, "tile_0"), gst::Route::Media::any_buffer);
  const gst::Route two(right.out(), gst::Inlet(*pipeline_, "tile_1"),
                       gst::Route::Media::any_buffer);
  EXPECT_TRUE(becomes(0.25, 0.25, test::red_pixel));
  EXPECT_TRUE(becomes(0.75, 0.75, test::blue_pixel));
  EXPECT_TRUE(becomes(0.75, 0.25, test::black_pixel));
  EXPECT_EQ(seen_.received().size(), (Resolution{1280, 720}));
}

TEST_F(MixVideoTest, KeepsItsFrameRateWhoeverComesAndGoes) {
  ASSERT_TRUE(pipeline_->start());
  ASSERT_TRUE(wait_until([&] { return seen_.received().frames() > 0; }));
  seen_.received().start_measuring();
  for (int i = 0; i < 3; ++i) {
    const test::Source camera(test::camera({640, 360}));
    const gst::Route route(camera.out(), gst::Inlet(*pipeline_, "tile_0"),
                           gst::Route::Media::any_buffer);
    const int frames = seen_.received().frames();
    ASSERT_TRUE(wait_until([&] { return seen_.received().frames() >= frames + 15; }));
  }
  EXPECT_NEAR(seen_.received().frames_per_second(), 30, 4);
  EXPECT_LT(seen_.received().longest_freeze(), std::chrono::milliseconds(200));
}

constexpr std::array voices = {440.0, 1000.0, 2600.0};  // In Hz, by slot.

TEST(MixAudio, LetsOutTheSumAndForEachSlotTheSumOfTheOthers) {
  const auto pipeline = test::make_pipeline(test::descriptions().text("mix-audio", voices.size()));
  struct Mix {
    const char* outlet;
    std::array<bool, voices.size()> has;
  };
  constexpr std::array mixes = {
      Mix{"programme", {true, true, true}}, Mix{"mix_minus_0", {false, true, true}},
      Mix{"mix_minus_1", {true, false, true}}, Mix{"mix_minus_2", {true, true, false}}};
  std::vector<std::unique_ptr<gst::Outlet>> outlets;
  std::vector<std::unique_ptr<test::SoundSink>> heard;
  for (const Mix& mix : mixes) {
    outlets.push_back(std::make_unique<gst::Outlet>(*pipeline, mix.outlet));
    heard.push_back(std::make_unique<test::SoundSink>(*outlets.back()));
  }
  ASSERT_TRUE(pipeline->start());
  std::vector<std::unique_ptr<test::Source>> speakers;
  std::vector<std::unique_ptr<gst::Route>> routes;
  for (std::size_t slot = 0; slot < voices.size(); ++slot) {
    speakers.push_back(std::make_unique<test::Source>(test::tone(voices.at(slot))));
    routes.push_back(std::make_unique<gst::Route>(
        speakers.back()->out(), gst::Inlet(*pipeline, "voice_" + std::to_string(slot)),
        gst::Route::Media::any_buffer));
  }
  for (std::size_t i = 0; i < mixes.size(); ++i) {
    for (std::size_t slot = 0; slot < voices.size(); ++slot) {
      const auto level = [&] { return heard[i]->received().tone_db(voices.at(slot)).value_or(0); };
      const auto is_right = [&] {
        return mixes.at(i).has.at(slot) ? std::abs(level() - test::tone_db) < 1 : level() < -80;
      };
      EXPECT_TRUE(wait_until(is_right, std::chrono::seconds(3)))
          << mixes.at(i).outlet << " has voice " << slot << " at " << level() << " dB";
    }
  }
}

}  // namespace
}  // namespace tessera
