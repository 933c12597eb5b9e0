#include "ingest/picture_limit.h"

#include <gmock/gmock.h>

#include <optional>
#include <string>

#include "gst/pads.h"
#include "gst/parameter_sets.h"

namespace tessera::ingest {
namespace {

using test::Bytes;
using testing::HasSubstr;

gst::Ref<GstBuffer> buffer_of(const Bytes& bytes) {
  return gst::Ref<GstBuffer>::adopt(gst_buffer_new_memdup(bytes.data(), bytes.size()));
}

// Before something that stands for a decoder.
class PictureLimitTest : public testing::Test {
 protected:
  PictureLimitTest() {
    limit_pictures(decoder_.get(), {1920, 1080}, [this](const std::string& why) { why_ = why; });
    gst_element_set_state(decoder_.get(), GST_STATE_PAUSED);
    gst_pad_send_event(pad_.get(), gst_event_new_stream_start("stream"));
  }
  ~PictureLimitTest() override { gst_element_set_state(decoder_.get(), GST_STATE_NULL); }

  // Of pictures that seem small.
  void announce(const std::string& media, const std::optional<Bytes>& codec_data = std::nullopt) {
    const auto caps = gst::Ref<GstCaps>::adopt(gst_caps_new_simple(
        media.c_str(), "width", G_TYPE_INT, 16, "height", G_TYPE_INT, 16, nullptr));
    if (codec_data) {
      gst_caps_set_simple(caps.get(), "codec_data", GST_TYPE_BUFFER, buffer_of(*codec_data).get(),
                          nullptr);
    }
    gst_pad_send_event(pad_.get(), gst_event_new_caps(caps.get()));
    GstSegment segment;
    gst_segment_init(&segment, GST_FORMAT_TIME);
    gst_pad_send_event(pad_.get(), gst_event_new_segment(&segment));
  }
  void give(const Bytes& bytes) { gst_pad_chain(pad_.get(), buffer_of(bytes).release()); }

  gst::Ref<GstElement> decoder_ =
      gst::Ref<GstElement>::share(gst_element_factory_make("identity", nullptr));
  gst::Ref<GstPad> pad_ = gst::static_pad(decoder_.get(), "sink");
  std::string why_;
};

const test::H264Sps cropped_h264{
    .macroblocks_across = 256, .macroblocks_down = 256, .crop_right = 2040, .crop_bottom = 2040};
const test::H265Sps cropped_h265{
    .width = 4096, .height = 4096, .crop_right = 2040, .crop_bottom = 2040};

TEST_F(PictureLimitTest, RefusesH264OfWhichMuchIsCropped) {
  announce("video/x-h264", test::h264_config({test::h264_sps(cropped_h264)}));
  EXPECT_THAT(why_, HasSubstr("too large"));
}

TEST_F(PictureLimitTest, RefusesH264WhoseStreamChanges) {
  announce("video/x-h264", test::h264_config({test::h264_sps({})}));
  EXPECT_EQ(why_, "");
  give(test::with_length(test::h264_sps(cropped_h264)));
  EXPECT_THAT(why_, HasSubstr("too large"));
}

TEST_F(PictureLimitTest, RefusesH264WithStartCodes) {
  announce("video/x-h264");
  give(test::joined({{0, 0, 0, 1}, test::h264_sps({})}));
  EXPECT_EQ(why_, "");
  give(test::joined({{0, 0, 0, 1}, test::h264_sps(cropped_h264)}));
  EXPECT_THAT(why_, HasSubstr("too large"));
}

TEST_F(PictureLimitTest, RefusesH265OfWhichMuchIsCropped) {
  announce("video/x-h265", test::h265_config(test::h265_sps({})));
  EXPECT_EQ(why_, "");
  announce("video/x-h265", test::h265_config(test::h265_sps(cropped_h265)));
  EXPECT_THAT(why_, HasSubstr("too large"));
}

TEST_F(PictureLimitTest, AdmitsWhatIsCroppedToTheLimit) {
  announce("video/x-h264",
           test::h264_config({test::h264_sps(
               {.macroblocks_across = 120, .macroblocks_down = 68, .crop_bottom = 4})}));
  EXPECT_EQ(why_, "");
}

TEST_F(PictureLimitTest, RefusesWhatItCannotRead) {
  announce("video/x-h264", Bytes{1, 2, 3});
  EXPECT_THAT(why_, HasSubstr("can't be read"));
}

}  // namespace
}  // namespace tessera::ingest
