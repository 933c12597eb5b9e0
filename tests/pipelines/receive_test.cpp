#include <gtest/gtest.h>

#include "gst/pipeline.h"
#include "gst/raw_video.h"
#include "pipelines/media.h"
#include "support/sinks.h"
#include "support/wait.h"

namespace tessera {
namespace {

using test::black_pixel;
using test::camera;
using test::red_pixel;
using test::wait_until;

struct Camera {
  const char* description;
  const char* encode;
};

// A client's camera as RTP, and the description that receives it, in one pipeline as in a peer's.
class ReceiveVideoTest : public testing::TestWithParam<Camera> {
 protected:
  void receive(Resolution size) {
    pipeline_ =
        test::make_pipeline(test::descriptions().text(GetParam().description) + camera(size) +
                            " ! " + GetParam().encode + " ! valve name=network ! receive_video.");
    outlet_ = std::make_unique<gst::Outlet>(*pipeline_, "video");
    seen_ = std::make_unique<test::PictureSink>(*outlet_);
  }

  void set_size(Resolution size) {
    pipeline_->set_text("video_size", "caps", gst::raw_video_caps(size));
  }

  bool becomes(double x, double y, const test::Pixel& colour) {
    return wait_until([&] { return is_near(seen_->received().pixel(x, y), colour); });
  }

  std::unique_ptr<gst::Pipeline> pipeline_;
  std::unique_ptr<gst::Outlet> outlet_;
  std::unique_ptr<test::PictureSink> seen_;
};

TEST_P(ReceiveVideoTest, LetsOutPicturesOfTheTilesSize) {
  receive({320, 180});
  ASSERT_TRUE(pipeline_->start());
  EXPECT_TRUE(becomes(0.5, 0.5, red_pixel)) << describe(seen_->received().pixel(0.5, 0.5));
  EXPECT_EQ(seen_->received().size(), (Resolution{640, 360}));
}

// Whoever has to guess takes pictures of 720 lines for BT.709.
TEST_P(ReceiveVideoTest, KeepsTheColoursOfALargeCamera) {
  receive({1280, 720});
  set_size({320, 180});
  ASSERT_TRUE(pipeline_->start());
  constexpr int tolerance = 3;
  EXPECT_TRUE(wait_until([&] {
    return is_near(seen_->received().pixel(0.5, 0.5), red_pixel, tolerance);
  })) << describe(seen_->received().pixel(0.5, 0.5));
}

TEST_P(ReceiveVideoTest, FollowsATileThatChangesItsSize) {
  receive({320, 180});
  ASSERT_TRUE(pipeline_->start());
  for (const Resolution size : {Resolution{160, 90}, Resolution{424, 238}, Resolution{640, 360}}) {
    set_size(size);
    ASSERT_TRUE(wait_until([&] { return seen_->received().size() == size; })) << size.width;
    EXPECT_TRUE(becomes(0.5, 0.5, red_pixel));
  }
}

TEST_P(ReceiveVideoTest, LetterboxesAPortraitCamera) {
  receive({180, 320});
  ASSERT_TRUE(pipeline_->start());
  EXPECT_TRUE(becomes(0.5, 0.5, red_pixel));
  EXPECT_TRUE(becomes(0.1, 0.5, black_pixel));
}

TEST_P(ReceiveVideoTest, CropsAPortraitCameraToItsTile) {
  receive({180, 320});
  pipeline_->set("fit_video", "crop", TRUE);
  ASSERT_TRUE(pipeline_->start());
  EXPECT_TRUE(becomes(0.5, 0.5, red_pixel));
  EXPECT_TRUE(becomes(0.02, 0.5, red_pixel));
  EXPECT_EQ(seen_->received().size(), (Resolution{640, 360}));
}

// As browsers send them: they scale to what is wished for, give or take a pixel.
TEST_P(ReceiveVideoTest, FillsItsTileWhateverTheCamerasSize) {
  receive({238, 134});
  pipeline_->set("fit_video", "crop", TRUE);
  ASSERT_TRUE(pipeline_->start());
  EXPECT_TRUE(becomes(0.5, 0.5, red_pixel));
  for (const auto& [x, y] : {std::pair{0.0, 0.5}, {0.999, 0.5}, {0.5, 0.0}, {0.5, 0.999}}) {
    EXPECT_TRUE(becomes(x, y, red_pixel)) << x << ", " << y;
  }
}

// The camera turns blue while nothing arrives, and its encoder makes no keyframe unless it is asked
// for one: decoding from the middle would show the red picture for ever.
TEST_P(ReceiveVideoTest, AsksForAKeyframeAfterAGapRatherThanDecodeFromTheMiddle) {
  receive({320, 180});
  ASSERT_TRUE(pipeline_->start());
  ASSERT_TRUE(becomes(0.5, 0.5, red_pixel));
  pipeline_->set("network", "drop", TRUE);
  pipeline_->set("camera", "foreground-color", test::blue);
  test::observe(std::chrono::milliseconds(300));
  pipeline_->set("network", "drop", FALSE);
  EXPECT_TRUE(becomes(0.5, 0.5, test::blue_pixel)) << describe(seen_->received().pixel(0.5, 0.5));
}

INSTANTIATE_TEST_SUITE_P(
    Receive, ReceiveVideoTest,
    testing::Values(
        Camera{"receive-vp8",
               "vp8enc deadline=1 cpu-used=16 keyframe-mode=disabled ! rtpvp8pay ! "
               "application/x-rtp,media=video,encoding-name=VP8,clock-rate=90000,payload=96"},
        Camera{"receive-h264",
               "x264enc tune=zerolatency speed-preset=ultrafast key-int-max=100000"
               " ! video/x-h264,profile=constrained-baseline"
               " ! rtph264pay config-interval=-1 aggregate-mode=zero-latency ! "
               "application/x-rtp,media=video,encoding-name=H264,clock-rate=90000,payload=102"}),
    [](const auto& test) { return std::string(test.param.description).substr(8); });

TEST(ReceiveOpus, LetsOutMonoFloatSound) {
  const auto pipeline = test::make_pipeline(
      test::descriptions().text("receive-opus") + test::tone() +
      " ! audioconvert ! audio/x-raw,channels=2 ! opusenc ! rtpopuspay"
      " ! application/x-rtp,media=audio,encoding-name=OPUS,clock-rate=48000,payload=111"
      " ! receive_audio.");
  const gst::Outlet outlet(*pipeline, "audio");
  test::SoundSink heard(outlet);
  ASSERT_TRUE(pipeline->start());
  const auto level = [&] { return heard.received().tone_db(test::tone_hz).value_or(-999); };
  EXPECT_TRUE(wait_until([&] { return std::abs(level() - test::tone_db) < 1; })) << level();
}

}  // namespace
}  // namespace tessera
