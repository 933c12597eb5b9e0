#include "base/video_codec.h"

#include <gtest/gtest.h>

namespace tessera {
namespace {

TEST(VideoCodec, IsNamedAsInSdp) {
  EXPECT_EQ(name(VideoCodec::vp8), "VP8");
  EXPECT_EQ(name(VideoCodec::h264), "H264");
  for (const VideoCodec codec : {VideoCodec::vp8, VideoCodec::h264}) {
    EXPECT_EQ(video_codec_from(name(codec)), codec);
  }
}

TEST(VideoCodec, IsNothingUnderAnotherName) {
  for (const char* unknown : {"", "VP9", "vp8", "H265"}) {
    EXPECT_EQ(video_codec_from(unknown), std::nullopt) << unknown;
  }
}

}  // namespace
}  // namespace tessera
