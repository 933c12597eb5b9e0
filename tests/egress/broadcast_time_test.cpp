#include "egress/broadcast_time.h"

#include <gmock/gmock.h>
#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>

#include "support/sinks.h"

namespace tessera::egress {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

enum class Frame { key, delta };

// A connection that goes nowhere. What is pushed has arrived before the next is.
class Connected {
 public:
  explicit Connected(const std::shared_ptr<BroadcastTime>& timeline)
      : pipeline_(test::make_pipeline(
            "appsrc name=picture format=time ! appsink name=pictures sync=false async=false"
            " appsrc name=sound format=time ! appsink name=sounds sync=false async=false")),
        beginning_(begin_at_keyframe(*pipeline_, timeline)) {
    (void)pipeline_->start();
  }

  void picture(int at_ms, Frame frame) { push("picture", "pictures", at_ms, frame, pictures_); }
  void sound(int at_ms) { push("sound", "sounds", at_ms, Frame::key, sounds_); }

  const std::vector<int>& pictures() const { return pictures_; }
  const std::vector<int>& sounds() const { return sounds_; }
  GstClockTime beginning() const { return *beginning_; }

 private:
  void push(const char* inlet, const char* outlet, int at_ms, Frame frame, std::vector<int>& got) {
    GstBuffer* buffer = gst_buffer_new_allocate(nullptr, 8, nullptr);
    GST_BUFFER_PTS(buffer) = static_cast<GstClockTime>(at_ms) * GST_MSECOND;
    if (frame == Frame::delta) GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_DELTA_UNIT);
    const auto source = pipeline_->element(inlet);
    gst_app_src_push_buffer(GST_APP_SRC(source.get()), buffer);
    const auto sample = gst::Ref<GstSample>::adopt(gst_app_sink_try_pull_sample(
        GST_APP_SINK(pipeline_->element(outlet).get()), 100 * GST_MSECOND));
    if (!sample) return;
    got.push_back(
        static_cast<int>(GST_BUFFER_PTS(gst_sample_get_buffer(sample.get())) / GST_MSECOND));
  }

  std::unique_ptr<gst::Pipeline> pipeline_;
  Beginning beginning_;
  std::vector<int> pictures_;
  std::vector<int> sounds_;
};

TEST(BroadcastTime, BeginsWithTheFirstKeyframeAndTheSoundFromThenOn) {
  Connected connection(std::make_shared<BroadcastTime>());
  connection.sound(4980);
  connection.picture(4990, Frame::delta);
  EXPECT_THAT(connection.sounds(), IsEmpty());
  EXPECT_EQ(connection.beginning(), GST_CLOCK_TIME_NONE);
  connection.picture(5000, Frame::key);
  connection.picture(5033, Frame::delta);
  connection.sound(4999);
  connection.sound(5020);
  EXPECT_THAT(connection.pictures(), ElementsAre(0, 33));
  EXPECT_THAT(connection.sounds(), ElementsAre(20));
  EXPECT_EQ(connection.beginning(), 0);
}

TEST(BroadcastTime, GoesOnInTheNextConnectionAtALaterKeyframe) {
  const auto timeline = std::make_shared<BroadcastTime>();
  Connected first(timeline);
  first.picture(5000, Frame::key);
  first.sound(5100);
  Connected second(timeline);
  second.picture(5050, Frame::key);
  second.picture(5133, Frame::delta);
  EXPECT_THAT(second.pictures(), IsEmpty());
  second.picture(65000, Frame::key);
  second.sound(65010);
  EXPECT_THAT(second.pictures(), ElementsAre(60000));
  EXPECT_THAT(second.sounds(), ElementsAre(60010));
  EXPECT_EQ(second.beginning(), 60 * GST_SECOND);
}

TEST(BroadcastTime, NeverGoesBackWhenAnEncoderFollowsAnother) {
  Connected connection(std::make_shared<BroadcastTime>());
  connection.picture(5000, Frame::key);
  connection.picture(5100, Frame::delta);
  connection.sound(5100);
  connection.picture(5080, Frame::key);
  connection.picture(5113, Frame::delta);  // Of the keyframe before.
  connection.sound(5090);
  connection.picture(5146, Frame::key);
  connection.sound(5111);
  EXPECT_THAT(connection.pictures(), ElementsAre(0, 100, 146));
  EXPECT_THAT(connection.sounds(), ElementsAre(100, 111));
}

}  // namespace
}  // namespace tessera::egress
