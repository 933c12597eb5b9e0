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

constexpr std::size_t mtu = 1200;

// Room for moving noise, so that frames fill more packets than one.
std::string noisy_camera() {
  return "videotestsrc is-live=true pattern=snow"
         " ! video/x-raw,format=I420,framerate=30/1,width=320,height=180";
}

struct VideoSender {
  const char* codec;
  const char* description;
  const char* encoder;
  const char* decode;
};

class SendVideoTest : public testing::TestWithParam<VideoSender> {
 protected:
  void send(const std::string& camera) {
    const auto descriptions = test::descriptions();
    canvas_ = std::make_unique<test::Source>(camera);
    encoder_ = test::make_pipeline(descriptions.text(GetParam().encoder));
    encoded_ = std::make_unique<gst::Outlet>(*encoder_, "out");
    to_encoder_ = std::make_unique<gst::Route>(canvas_->out(), gst::Inlet(*encoder_, "in"),
                                               gst::Route::Media::any_buffer);
    pipeline_ = test::make_pipeline(descriptions.text(GetParam().description) +
                                    " ! appsink name=rtp sync=false async=false max-buffers=500");
    packets_ = std::make_unique<gst::Outlet>(*pipeline_, "rtp");
    route_ = std::make_unique<gst::Route>(*encoded_, gst::Inlet(*pipeline_, "send_video"),
                                          gst::Route::Media::needs_keyframe);
    ASSERT_TRUE(pipeline_->start());
    ASSERT_TRUE(encoder_->start());
  }

  std::unique_ptr<test::Source> canvas_;
  std::unique_ptr<gst::Pipeline> encoder_;
  std::unique_ptr<gst::Outlet> encoded_;
  std::unique_ptr<gst::Route> to_encoder_;
  std::unique_ptr<gst::Pipeline> pipeline_;
  std::unique_ptr<gst::Outlet> packets_;
  std::unique_ptr<gst::Route> route_;
};

TEST_P(SendVideoTest, LetsOutTheCompositeAsRtp) {
  send(test::camera({320, 180}));
  const test::EncodedSink rtp(*packets_);
  const test::Through decoder(
      *packets_, std::string(GetParam().decode) + " ! videoconvert ! video/x-raw,format=I420");
  test::PictureSink seen(decoder.out());
  encoded_->request_keyframe();  // The decoder is there only now.
  EXPECT_TRUE(wait_until([&] { return is_near(seen.received().pixel(0.5, 0.5), test::red_pixel); }))
      << describe(seen.received().pixel(0.5, 0.5));
  EXPECT_THAT(rtp.caps(),
              AllOf(HasSubstr("application/x-rtp"), HasSubstr("clock-rate=(int)90000"),
                    HasSubstr("encoding-name=(string)" + std::string(GetParam().codec))));
}

TEST_P(SendVideoTest, FillsNoPacketBeyondTheMtu) {
  send(noisy_camera());
  const test::EncodedSink rtp(*packets_);
  ASSERT_TRUE(wait_until([&] { return rtp.buffers() > 100; }));
  EXPECT_LE(rtp.largest_buffer(), mtu);
  EXPECT_GT(rtp.largest_buffer(), mtu / 2);
}

TEST_P(SendVideoTest, PassesAClientsKeyframeRequestOnToTheEncoder) {
  send(test::camera({320, 180}));
  const test::EncodedSink frames(*encoded_);
  ASSERT_TRUE(wait_until([&] { return frames.buffers() >= 30; }));
  const int keyframes = frames.keyframe_count();
  packets_->request_keyframe();
  EXPECT_TRUE(wait_until([&] { return frames.keyframe_count() == keyframes + 1; }));
}

INSTANTIATE_TEST_SUITE_P(
    Send, SendVideoTest,
    testing::Values(VideoSender{"VP8", "send-vp8", "encode-vp8", "rtpvp8depay ! vp8dec"},
                    VideoSender{"H264", "send-h264", "encode-h264",
                                "rtph264depay ! h264parse ! avdec_h264 max-threads=1"}),
    [](const auto& test) { return test.param.codec; });

TEST(SendOpus, LetsOutTheMixAsRtp) {
  const auto descriptions = test::descriptions();
  const test::Source mix(test::tone());
  const auto encoder = test::make_pipeline(descriptions.text("encode-opus"));
  const gst::Outlet encoded(*encoder, "out");
  const gst::Route to_encoder(mix.out(), gst::Inlet(*encoder, "in"), gst::Route::Media::any_buffer);
  const auto pipeline =
      test::make_pipeline(descriptions.text("send-opus") +
                          " ! appsink name=rtp sync=false async=false max-buffers=500");
  const gst::Outlet packets(*pipeline, "rtp");
  const gst::Route route(encoded, gst::Inlet(*pipeline, "send_audio"),
                         gst::Route::Media::any_buffer);
  const test::EncodedSink rtp(packets);
  const test::Through decoder(packets,
                              "rtpopusdepay ! opusdec ! audioconvert"
                              " ! audio/x-raw,format=F32LE,rate=48000,channels=1");
  test::SoundSink heard(decoder.out());
  ASSERT_TRUE(pipeline->start());
  ASSERT_TRUE(encoder->start());
  const auto level = [&] { return heard.received().tone_db(test::tone_hz).value_or(-999); };
  EXPECT_TRUE(wait_until([&] { return std::abs(level() - test::tone_db) < 1; })) << level();
  EXPECT_THAT(rtp.caps(), AllOf(HasSubstr("application/x-rtp"), HasSubstr("OPUS")));
}

}  // namespace
}  // namespace tessera
