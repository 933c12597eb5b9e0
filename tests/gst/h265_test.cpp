#include "gst/h265.h"

#include <gtest/gtest.h>

#include "gst/parameter_sets.h"

namespace tessera::gst {
namespace {

using test::Bytes;
using test::h265_config;
using test::h265_sps;
using test::joined;
using test::with_length;

const test::H265Sps cropped{.width = 8192, .height = 4320, .crop_right = 4088, .crop_bottom = 2152};

TEST(H265, HasTheCodedSizeOfItsParameterSetsWhateverTheyCrop) {
  EXPECT_EQ(read_h265_config(h265_config(h265_sps({})))->pixels, 320 * 184);
  EXPECT_EQ(read_h265_config(h265_config(h265_sps({})))->length_size, 4);
  EXPECT_EQ(read_h265_config(h265_config(h265_sps(cropped)))->pixels, 8192 * 4320);
  EXPECT_EQ(read_h265(with_length(h265_sps(cropped)), 4), 8192 * 4320);
  EXPECT_EQ(read_h265(joined({{0, 0, 0, 1, 0x46, 0x01, 0x50, 0, 0, 1}, h265_sps(cropped)}), 0),
            8192 * 4320);
  EXPECT_EQ(read_h265(with_length({0x02, 0x01, 0xd0}), 4), 0) << "a slice";
}

TEST(H265, MayHaveSubLayers) {
  for (std::uint32_t sub_layers = 0; sub_layers < 7; ++sub_layers) {
    EXPECT_EQ(read_h265(with_length(h265_sps({.sub_layers = sub_layers})), 4), 320 * 184);
  }
}

TEST(H265, HasHugeSizesThatFitInNoInteger) {
  const Bytes huge = with_length(h265_sps({.width = 0xfffffffe, .height = 0xfffffffe}));
  EXPECT_GT(read_h265(huge, 4), std::int64_t{1} << 31);
}

TEST(H265, IsNotReadIfItIsNotAsItMustBe) {
  EXPECT_FALSE(read_h265_config({}));
  EXPECT_FALSE(read_h265_config(Bytes(23)));
  EXPECT_FALSE(read_h265_config(h265_config({0x42, 0x01, 1, 2, 3}))) << "cut off";
  EXPECT_FALSE(read_h265(Bytes{0, 0, 0, 9, 0x42}, 4)) << "a length beyond the end";
}

TEST(H265, OfAnyBytesIsReadWithoutHarm) {
  const Bytes whole = h265_config(h265_sps({.sub_layers = 2}));
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (int value = 0; value < 256; ++value) {
      Bytes changed = whole;
      changed[at] = static_cast<std::uint8_t>(value);
      (void)read_h265_config(changed);
      (void)read_h265(changed, 4);
      (void)read_h265(changed, 0);
    }
  }
}

}  // namespace
}  // namespace tessera::gst
