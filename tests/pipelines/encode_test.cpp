#include <gmock/gmock.h>

#include "gst/pipeline.h"
#include "pipelines/media.h"
#include "support/encoded.h"
#include "support/sinks.h"
#include "support/wait.h"

namespace tessera {
namespace {

using test::wait_until;
using testing::AllOf;
using testing::HasSubstr;

struct VideoEncoder {
  const char* description;
  std::vector<std::string> caps;
  const char* decode;
};

class EncodeVideoTest : public testing::TestWithParam<VideoEncoder> {
 protected:
  EncodeVideoTest()
      : canvas_(test::camera({640, 360})),
        pipeline_(test::make_pipeline(test::descriptions().text(GetParam().description))),
        outlet_(*pipeline_, "out"),
        route_(canvas_.out(), gst::Inlet(*pipeline_, "in"), gst::Route::Media::any_buffer) {}

  test::Source canvas_;
  std::unique_ptr<gst::Pipeline> pipeline_;
  gst::Outlet outlet_;
  gst::Route route_;
};

TEST_P(EncodeVideoTest, LetsOutTheCanvasInItsCodec) {
  const test::EncodedSink encoded(outlet_);
  const test::Through decoder(
      outlet_, std::string(GetParam().decode) + " ! videoconvert ! video/x-raw,format=I420");
  test::PictureSink seen(decoder.out());
  ASSERT_TRUE(pipeline_->start());
  EXPECT_TRUE(wait_until([&] { return is_near(seen.received().pixel(0.5, 0.5), test::red_pixel); }))
      << describe(seen.received().pixel(0.5, 0.5));
  EXPECT_EQ(seen.received().size(), (Resolution{640, 360}));
  for (const std::string& field : GetParam().caps) EXPECT_THAT(encoded.caps(), HasSubstr(field));
}

TEST_P(EncodeVideoTest, SendsAKeyframeAtFirstAndThenOnRequest) {
  const test::EncodedSink encoded(outlet_);
  ASSERT_TRUE(pipeline_->start());
  ASSERT_TRUE(wait_until([&] { return encoded.buffers() >= 30; }));
  EXPECT_EQ(encoded.keyframe_count(), 1);
  outlet_.request_keyframe();
  EXPECT_TRUE(wait_until([&] { return encoded.keyframe_count() == 2; }));
}

INSTANTIATE_TEST_SUITE_P(
    Encode, EncodeVideoTest,
    testing::Values(VideoEncoder{"encode-vp8", {"video/x-vp8", "width=(int)640"}, "vp8dec"},
                    VideoEncoder{"encode-h264",
                                 {"video/x-h264", "profile=(string)constrained-baseline",
                                  "stream-format=(string)byte-stream", "alignment=(string)au"},
                                 "h264parse ! avdec_h264 max-threads=1"}),
    [](const auto& test) { return std::string(test.param.description).substr(7); });

TEST(EncodeOpus, LetsOutTheMixInFramesOfTwentyMilliseconds) {
  const test::Source mix(test::tone());
  const auto pipeline = test::make_pipeline(test::descriptions().text("encode-opus"));
  const gst::Outlet outlet(*pipeline, "out");
  const gst::Route route(mix.out(), gst::Inlet(*pipeline, "in"), gst::Route::Media::any_buffer);
  test::EncodedSink encoded(outlet);
  const test::Through decoder(
      outlet, "opusdec ! audioconvert ! audio/x-raw,format=F32LE,rate=48000,channels=1");
  test::SoundSink heard(decoder.out());
  ASSERT_TRUE(pipeline->start());
  const auto level = [&] { return heard.received().tone_db(test::tone_hz).value_or(-999); };
  EXPECT_TRUE(wait_until([&] { return std::abs(level() - test::tone_db) < 1; })) << level();
  EXPECT_THAT(encoded.caps(), AllOf(HasSubstr("audio/x-opus"), HasSubstr("channels=(int)1")));
  encoded.start_measuring();
  ASSERT_TRUE(wait_until([&] { return encoded.measured_buffers() > 25; }));
  EXPECT_EQ(encoded.measured_time() / (encoded.measured_buffers() - 1),
            std::chrono::milliseconds(20));
}

}  // namespace
}  // namespace tessera
