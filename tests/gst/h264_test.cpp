#include "gst/h264.h"

#include <gtest/gtest.h>

#include <vector>

#include "gst/parameter_sets.h"

namespace tessera::gst {
namespace {

using test::Bytes;
using test::joined;
using test::with_length;

const Bytes slice_that_begins = with_length({0x41, 0x9a, 0x00});
const Bytes further_slice = with_length({0x41, 0x40, 0x00});

TEST(H264, HasTheCodedSizeOfItsParameterSetsWhateverTheyCrop) {
  EXPECT_EQ(read_h264_config(test::h264_config({test::h264_sps({})}))->pixels, 320 * 192);
  const test::H264Sps cropped{
      .macroblocks_across = 256, .macroblocks_down = 256, .crop_right = 2040, .crop_bottom = 2040};
  EXPECT_EQ(read_h264_config(test::h264_config({test::h264_sps(cropped)}))->pixels, 4096 * 4096);
  EXPECT_EQ(
      read_h264_config(test::h264_config({test::h264_sps(cropped), test::h264_sps({})}))->pixels,
      4096 * 4096)
      << "the last isn't the only one";
  EXPECT_EQ(read_h264(joined({slice_that_begins, with_length(test::h264_sps(cropped))}), 4)->pixels,
            4096 * 4096);
  EXPECT_EQ(read_h264_config(test::h264_config({test::h264_sps({})}))->length_size, 4);
}

TEST(H264, IsReadWithStartCodesAsWell) {
  const Bytes stream = joined({{0, 0, 0, 1, 0x09, 0x10, 0, 0, 1},
                               test::h264_sps({.macroblocks_across = 60}),
                               {0, 0, 0, 1, 0x41, 0x9a, 0, 0, 0, 1, 0x41, 0x40, 0}});
  const auto work = read_h264(stream, 0);
  ASSERT_TRUE(work);
  EXPECT_EQ(work->pixels, 960 * 192);
  EXPECT_EQ(work->pictures, 1);
  EXPECT_EQ(read_h264(Bytes{1, 2, 3}, 0)->pixels, 0);
}

TEST(H264, HasHugeSizesThatFitInNoInteger) {
  const auto huge = read_h264_config(test::h264_config(
      {test::h264_sps({.macroblocks_across = 1 << 28, .macroblocks_down = 1 << 28})}));
  EXPECT_TRUE(!huge || huge->pixels > std::int64_t{1} << 32);
  const auto wide =
      read_h264_config(test::h264_config({test::h264_sps({.macroblocks_across = 1 << 28})}));
  EXPECT_TRUE(!wide || wide->pixels > std::int64_t{1} << 24);
}

TEST(H264, CountsPicturesByTheirFirstSlices) {
  EXPECT_EQ(read_h264(slice_that_begins, 4)->pictures, 1);
  EXPECT_EQ(read_h264(joined({slice_that_begins, further_slice, further_slice}), 4)->pictures, 1);
  EXPECT_EQ(read_h264(joined({slice_that_begins, slice_that_begins, further_slice}), 4)->pictures,
            2);
}

TEST(H264, CountsManySlicesOfOnePictureAsSeveral) {
  std::vector<Bytes> slices(1000, further_slice);
  EXPECT_EQ(read_h264(joined(slices), 4)->pictures, 125);
}

TEST(H264, IsNotReadIfTheDecoderMightReadItOtherwise) {
  EXPECT_FALSE(read_h264_config(test::h264_config({test::h264_sps({.profile = 144})})));
  const auto extended = test::h264_config({test::h264_sps({.profile = 88})});
  EXPECT_TRUE(read_h264_config(extended));
  EXPECT_FALSE(read_h264_config(extended, H264Profiles::eight_bit));
  EXPECT_FALSE(read_h264_config({}));
  EXPECT_FALSE(read_h264_config(test::h264_config({{0x67, 66, 0xc0}}))) << "cut off";
  const Bytes hidden = joined({{0x41, 0x9a, 0, 0, 1}, test::h264_sps({.macroblocks_across = 256})});
  EXPECT_FALSE(read_h264(with_length(hidden), 4)) << "a start code inside";
  EXPECT_FALSE(read_h264(Bytes{0, 0, 0, 9, 0x41}, 4)) << "a length beyond the end";
  EXPECT_FALSE(read_h264(Bytes{0, 0}, 4));
  const Bytes looks_like_config = {1, 6, 0, 1, 0xff, 0xe1, 0, 0, 0};
  EXPECT_FALSE(read_h264(looks_like_config, 1));
}

TEST(H264, OfAnyBytesIsReadWithoutHarm) {
  const Bytes whole =
      test::h264_config({test::h264_sps({}), test::h264_sps({.macroblocks_across = 60})});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(read_h264_config(Bytes(whole.begin(), whole.begin() + std::ptrdiff_t(size))));
  }
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (int value = 0; value < 256; ++value) {
      Bytes changed = whole;
      changed[at] = static_cast<std::uint8_t>(value);
      (void)read_h264_config(changed);
      (void)read_h264(changed, 4);
    }
  }
}

}  // namespace
}  // namespace tessera::gst
