#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace tessera::test {

using Bytes = std::vector<std::uint8_t>;

// Bits as H.264 and H.265 write them (H.264, sections 7.2 and 9.1).
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

struct H264Sps {
  std::uint32_t profile = 66;
  std::uint32_t macroblocks_across = 20;
  std::uint32_t macroblocks_down = 12;
  std::uint32_t crop_right = 0;  // In two pixels each.
  std::uint32_t crop_bottom = 0;
};

inline Bytes h264_sps(const H264Sps& values) {
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

inline Bytes with_length(const Bytes& nal, int length_size = 4) {
  Bytes result;
  for (int i = length_size - 1; i >= 0; --i) {
    result.push_back(static_cast<std::uint8_t>(nal.size() >> (8 * i)));
  }
  result.insert(result.end(), nal.begin(), nal.end());
  return result;
}

inline Bytes joined(const std::vector<Bytes>& parts) {
  Bytes result;
  for (const Bytes& part : parts) result.insert(result.end(), part.begin(), part.end());
  return result;
}

// The codec_data with these sets.
inline Bytes h264_config(const std::vector<Bytes>& sets) {
  Bytes result = {1, 66, 0xc0, 31, 0xff, static_cast<std::uint8_t>(0xe0 | sets.size())};
  for (const Bytes& set : sets) result = joined({result, with_length(set, 2)});
  const Bytes pps = {0x68, 0xce, 0x3c, 0x80};
  return joined({result, {1}, with_length(pps, 2)});
}

struct H265Sps {
  std::uint32_t sub_layers = 0;  // Above the first, each with a profile and a level.
  std::uint32_t width = 320;
  std::uint32_t height = 184;
  std::uint32_t crop_right = 0;  // In two pixels each.
  std::uint32_t crop_bottom = 0;
};

// Up to its conformance window, with the bytes that keep start codes out.
inline Bytes h265_sps(const H265Sps& values) {
  BitWriter writer;
  writer.bits(0, 4).bits(values.sub_layers, 3).bits(1, 1);
  // Main profile, level 4.
  const auto profile = [&] { writer.bits(1, 8).bits(0x60000000, 32).bits(0x9000, 16).bits(0, 32); };
  profile();
  writer.bits(120, 8);
  for (std::uint32_t i = 0; i < values.sub_layers; ++i) writer.bits(3, 2);
  for (std::uint32_t i = values.sub_layers; values.sub_layers > 0 && i < 8; ++i) writer.bits(0, 2);
  for (std::uint32_t i = 0; i < values.sub_layers; ++i) {
    profile();
    writer.bits(90, 8);
  }
  writer.ue(0).ue(1);  // sps_seq_parameter_set_id, chroma_format_idc
  writer.ue(values.width).ue(values.height);
  writer.bits(1, 1).ue(0).ue(values.crop_right).ue(0).ue(values.crop_bottom);
  Bytes nal = {0x42, 0x01};
  int zeros = 0;
  for (const std::uint8_t byte : writer.bytes()) {
    if (zeros >= 2 && byte <= 3) {
      nal.push_back(3);
      zeros = 0;
    }
    zeros = byte == 0 ? zeros + 1 : 0;
    nal.push_back(byte);
  }
  return nal;
}

// The codec_data with this set.
inline Bytes h265_config(const Bytes& set) {
  Bytes head(23);
  head[0] = 1;
  head[21] = 3;  // Lengths have four bytes.
  head[22] = 1;
  return joined({head, {0xa1, 0, 1}, with_length(set, 2)});
}

}  // namespace tessera::test
