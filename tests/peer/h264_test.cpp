#include "peer/h264.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tessera::peer {
namespace {

using Bytes = std::vector<std::uint8_t>;

// Bits as H.264 writes them (sections 7.2 and 9.1).
class BitWriter {
 public:
  BitWriter& bits(std::uint32_t value, int count) {
    while (count-- > 0) bits_ += (value >> count & 1) != 0 ? '1' : '0';
    return *this;
  }
  BitWriter& ue(std::uint32_t value) {
    int length = 0;
    while ((std::uint64_t{value} + 1) >> (length + 1) != 0) ++length;
    bits(0, length).bits(1, 1);
    return bits(value + 1 - (1U << length), length);
  }
  Bytes bytes() {
    bits(1, 1);
    while (bits_.size() % 8 != 0) bits_ += '0';
    Bytes result;
    for (std::size_t i = 0; i < bits_.size(); i += 8) {
      result.push_back(static_cast<std::uint8_t>(std::stoi(bits_.substr(i, 8), nullptr, 2)));
    }
    return result;
  }

 private:
  std::string bits_;
};

struct Sps {
  std::uint32_t profile = 66;
  std::uint32_t macroblocks_across = 20;
  std::uint32_t macroblocks_down = 12;
  std::uint32_t crop_right = 0;  // In two pixels each.
  std::uint32_t crop_bottom = 0;
};

Bytes sps(const Sps& values) {
  BitWriter writer;
  writer.bits(0x67, 8).bits(values.profile, 8).bits(0xc0, 8).bits(31, 8);
  writer.ue(0);              // seq_parameter_set_id
  writer.ue(0).ue(2).ue(1);  // log2_max_frame_num, pic_order_cnt_type, num_ref_frames
  writer.bits(0, 1);         // gaps_in_frame_num_value_allowed_flag
  writer.ue(values.macroblocks_across - 1).ue(values.macroblocks_down - 1);
  writer.bits(1, 1).bits(1, 1);  // frame_mbs_only_flag, direct_8x8_inference_flag
  writer.bits(1, 1).ue(0).ue(values.crop_right).ue(0).ue(values.crop_bottom);
  writer.bits(0, 1);  // vui_parameters_present_flag
  return writer.bytes();
}

Bytes with_length(const Bytes& nal, int length_size = 4) {
  Bytes result;
  for (int i = length_size - 1; i >= 0; --i) {
    result.push_back(static_cast<std::uint8_t>(nal.size() >> (8 * i)));
  }
  result.insert(result.end(), nal.begin(), nal.end());
  return result;
}

Bytes joined(const std::vector<Bytes>& parts) {
  Bytes result;
  for (const Bytes& part : parts) result.insert(result.end(), part.begin(), part.end());
  return result;
}

Bytes config(const std::vector<Bytes>& sets) {
  Bytes result = {1, 66, 0xc0, 31, 0xff, static_cast<std::uint8_t>(0xe0 | sets.size())};
  for (const Bytes& set : sets) result = joined({result, with_length(set, 2)});
  const Bytes pps = {0x68, 0xce, 0x3c, 0x80};
  return joined({result, {1}, with_length(pps, 2)});
}

const Bytes slice_that_begins = with_length({0x41, 0x9a, 0x00});
const Bytes further_slice = with_length({0x41, 0x40, 0x00});

TEST(H264, HasTheCodedSizeOfItsParameterSetsWhateverTheyCrop) {
  EXPECT_EQ(read_h264_config(config({sps({})}))->pixels, 320 * 192);
  const Sps cropped{
      .macroblocks_across = 256, .macroblocks_down = 256, .crop_right = 2040, .crop_bottom = 2040};
  EXPECT_EQ(read_h264_config(config({sps(cropped)}))->pixels, 4096 * 4096);
  EXPECT_EQ(read_h264_config(config({sps(cropped), sps({})}))->pixels, 4096 * 4096)
      << "the last isn't the only one";
  EXPECT_EQ(read_h264(joined({slice_that_begins, with_length(sps(cropped))}), 4)->pixels,
            4096 * 4096);
  EXPECT_EQ(read_h264_config(config({sps({})}))->length_size, 4);
}

TEST(H264, HasHugeSizesThatFitInNoInteger) {
  const auto huge =
      read_h264_config(config({sps({.macroblocks_across = 1 << 28, .macroblocks_down = 1 << 28})}));
  EXPECT_TRUE(!huge || huge->pixels > std::int64_t{1} << 32);
  const auto wide = read_h264_config(config({sps({.macroblocks_across = 1 << 28})}));
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
  EXPECT_FALSE(read_h264_config(config({sps({.profile = 144})})));
  EXPECT_FALSE(read_h264_config({}));
  EXPECT_FALSE(read_h264_config(config({{0x67, 66, 0xc0}}))) << "cut off";
  const Bytes hidden = joined({{0x41, 0x9a, 0, 0, 1}, sps({.macroblocks_across = 256})});
  EXPECT_FALSE(read_h264(with_length(hidden), 4)) << "a start code inside";
  EXPECT_FALSE(read_h264(Bytes{0, 0, 0, 9, 0x41}, 4)) << "a length beyond the end";
  EXPECT_FALSE(read_h264(Bytes{0, 0}, 4));
}

TEST(H264, OfAnyBytesIsReadWithoutHarm) {
  const Bytes whole = config({sps({}), sps({.macroblocks_across = 60})});
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
}  // namespace tessera::peer
