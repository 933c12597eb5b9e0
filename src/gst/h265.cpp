#include "gst/h265.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace tessera::gst {
namespace {

constexpr int sps_type = 33;
constexpr std::size_t header_size = 2;

// More than stands before the size in an SPS.
constexpr std::size_t longest_beginning = 200;

// Of sizes in an SPS, in bits (section 7.3.3).
constexpr int profile_bits = 88;
constexpr int level_bits = 8;

// The beginning of what a NAL unit says: without its header and the bytes that keep start codes out
// (section 7.3.1.1).
std::vector<std::uint8_t> beginning_of(Bytes nal) {
  std::vector<std::uint8_t> said;
  int zeros = 0;
  for (const std::uint8_t byte :
       nal.subspan(header_size, std::min(longest_beginning, nal.size() - header_size))) {
    const bool is_put_in = zeros >= 2 && byte == 3;
    zeros = byte == 0 ? zeros + 1 : 0;
    if (!is_put_in) said.push_back(byte);
  }
  return said;
}

// Beyond the end there are zeros.
class BitReader {
 public:
  explicit BitReader(std::vector<std::uint8_t> bytes) : bytes_(std::move(bytes)) {}

  std::uint64_t bits(int count) {
    std::uint64_t value = 0;
    for (; count > 0; --count) value = value << 1 | bit();
    return value;
  }

  void skip(int count) { at_ += static_cast<std::size_t>(count); }

  // Section 9.2. A longer one than any that is allowed is a large one.
  std::uint64_t ue() {
    int zeros = 0;
    while (zeros < 32 && bit() == 0) ++zeros;
    return (std::uint64_t{1} << zeros) - 1 + bits(zeros);
  }

  bool is_beyond_end() const { return at_ > 8 * bytes_.size(); }

 private:
  unsigned bit() {
    const std::size_t at = at_++;
    return at / 8 < bytes_.size() ? bytes_[at / 8] >> (7 - at % 8) & 1U : 0U;
  }

  std::vector<std::uint8_t> bytes_;
  std::size_t at_ = 0;
};

// profile_tier_level (section 7.3.3), of which nothing matters here.
void skip_profiles(BitReader& reader, int sub_layers) {
  reader.skip(profile_bits + level_bits);
  int rest = 0;
  for (int i = 0; i < sub_layers; ++i) {
    if (reader.bits(1) != 0) rest += profile_bits;
    if (reader.bits(1) != 0) rest += level_bits;
  }
  if (sub_layers > 0) rest += 2 * (8 - sub_layers);
  reader.skip(rest);
}

// The coded size of an SPS (section 7.3.2.2.1).
std::optional<std::int64_t> coded_pixels(Bytes nal) {
  BitReader reader(beginning_of(nal));
  reader.skip(4);  // sps_video_parameter_set_id
  const auto sub_layers = static_cast<int>(reader.bits(3));
  reader.skip(1);  // sps_temporal_id_nesting_flag
  skip_profiles(reader, sub_layers);
  reader.ue();                           // sps_seq_parameter_set_id
  if (reader.ue() == 3) reader.skip(1);  // chroma_format_idc, separate_colour_plane_flag
  const std::uint64_t width = std::min(longest_side, reader.ue());
  const std::uint64_t height = std::min(longest_side, reader.ue());
  if (sub_layers == 7 || reader.is_beyond_end()) return std::nullopt;
  return static_cast<std::int64_t>(width * height);
}

// The largest so far. Decoders of plain H.265 pass over layers above the first.
bool read_nal(Bytes nal, std::int64_t& largest) {
  if (nal.size() < header_size) return true;
  const int type = nal[0] >> 1 & 0x3f;
  const int layer = (nal[0] & 1) << 5 | nal[1] >> 3;
  if (type != sps_type || layer > 0) return true;
  const std::optional<std::int64_t> pixels = coded_pixels(nal);
  largest = std::max(largest, pixels.value_or(0));
  return pixels.has_value();
}

// Reads one of the arrays of NAL units that codec_data has.
bool read_array(Bytes& bytes, std::int64_t& largest) {
  if (bytes.size() < 3) return false;
  const int count = bytes[1] << 8 | bytes[2];
  bytes = bytes.subspan(3);
  for (int i = 0; i < count; ++i) {
    const std::optional<Bytes> nal = take_nal(bytes, 2);
    if (!nal || !read_nal(*nal, largest)) return false;
  }
  return true;
}

}  // namespace

// ISO/IEC 14496-15, section 8.3.3.1.2.
std::optional<NalConfig> read_h265_config(Bytes codec_data) {
  if (codec_data.size() < 23 || codec_data[0] != 1) return std::nullopt;
  NalConfig config{(codec_data[21] & 3) + 1, 0};
  const int arrays = codec_data[22];
  Bytes rest = codec_data.subspan(23);
  for (int i = 0; i < arrays; ++i) {
    if (!read_array(rest, config.pixels)) return std::nullopt;
  }
  return config;
}

std::optional<std::int64_t> read_h265(Bytes buffer, int length_size) {
  std::int64_t largest = 0;
  const auto read = [&](Bytes nal) { return read_nal(nal, largest); };
  if (!read_nals(buffer, length_size, read)) return std::nullopt;
  return largest;
}

}  // namespace tessera::gst
