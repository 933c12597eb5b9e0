#include "gst/h264.h"

#include <gst/codecparsers/gsth264parser.h>

#include <algorithm>
#include <array>

namespace tessera::gst {
namespace {

// Any slice may cover the whole picture, whatever the others do. So many are taken for one picture,
// which is more than browsers' encoders make of it.
constexpr int slices_per_picture = 8;

// Baseline, main, extended and the high ones: their SPS says the same to GStreamer's parser and to
// FFmpeg's.
bool is_one_of(H264Profiles profiles, int profile) {
  if (profile == 66 || profile == 77 || profile == 100) return true;
  static constexpr std::array others = {44, 88, 110, 122, 244};
  return profiles == H264Profiles::all && std::ranges::find(others, profile) != others.end();
}

// The coded size of an SPS (section 7.4.2.1.1), in 64 bits: the parser's own overflows.
std::optional<std::int64_t> coded_pixels(Bytes nal, H264Profiles profiles) {
  GstH264NalUnit unit = {};
  unit.type = GST_H264_NAL_SPS;
  unit.data = const_cast<std::uint8_t*>(nal.data());  // Is only read.
  unit.size = static_cast<guint>(nal.size());
  unit.header_bytes = 1;
  unit.valid = TRUE;
  GstH264SPS sps;
  const bool is_read =
      gst_h264_parse_sps(&unit, &sps) == GST_H264_PARSER_OK && is_one_of(profiles, sps.profile_idc);
  const std::uint64_t across =
      std::min(longest_side, std::uint64_t{sps.pic_width_in_mbs_minus1} + 1);
  const std::uint64_t down =
      std::min(longest_side, std::uint64_t{sps.pic_height_in_map_units_minus1} + 1);
  const auto pixels =
      static_cast<std::int64_t>(across * down * 256 * (2U - sps.frame_mbs_only_flag));
  gst_h264_sps_clear(&sps);
  if (!is_read) return std::nullopt;
  return pixels;
}

// Counts what NAL units of all kinds make the decoder do.
class Reader {
 public:
  explicit Reader(H264Profiles profiles) : profiles_(profiles) {}

  // False if the stream isn't as it must be.
  bool read(Bytes nal) {
    if (nal.empty()) return true;
    const int type = nal[0] & 0x1f;
    if (type == GST_H264_NAL_SPS) return read_sps(nal);
    if (type >= GST_H264_NAL_SLICE && type <= GST_H264_NAL_SLICE_IDR) {
      ++slices_;
      // first_mb_in_slice, which is 0 where a picture begins, is one bit then.
      if (nal.size() > 1 && (nal[1] & 0x80) != 0) ++beginnings_;
    }
    return true;
  }

  H264Work work() const {
    const int by_slices = (slices_ + slices_per_picture - 1) / slices_per_picture;
    return {pixels_, std::max({1, beginnings_, by_slices})};
  }

 private:
  bool read_sps(Bytes nal) {
    const std::optional<std::int64_t> pixels = coded_pixels(nal, profiles_);
    pixels_ = std::max(pixels_, pixels.value_or(0));
    return pixels.has_value();
  }

  H264Profiles profiles_;
  std::int64_t pixels_ = 0;
  int slices_ = 0;
  int beginnings_ = 0;
};

// Reads so many parameter sets of codec_data, which follow their number.
bool read_sets(Reader& reader, Bytes& bytes, std::uint8_t mask) {
  if (bytes.empty()) return false;
  const int count = bytes[0] & mask;
  bytes = bytes.subspan(1);
  for (int i = 0; i < count; ++i) {
    const std::optional<Bytes> nal = take_nal(bytes, 2);
    if (!nal || !reader.read(*nal)) return false;
  }
  return true;
}

// FFmpeg takes a buffer that begins so for codec_data (is_avcc_extradata in its h264dec.c).
bool may_be_config(Bytes buffer) {
  return buffer.size() >= 9 && buffer[0] == 1 && buffer[2] == 0 && (buffer[4] & 0xfc) == 0xfc;
}

}  // namespace

// ISO/IEC 14496-15, section 5.3.3.1.2.
std::optional<NalConfig> read_h264_config(Bytes codec_data, H264Profiles profiles) {
  if (codec_data.size() < 6 || codec_data[0] != 1) return std::nullopt;
  const int length_size = (codec_data[4] & 3) + 1;
  Bytes sets = codec_data.subspan(5);
  Reader reader(profiles);
  if (!read_sets(reader, sets, 0x1f) || !read_sets(reader, sets, 0xff)) return std::nullopt;
  return NalConfig{length_size, reader.work().pixels};
}

std::optional<H264Work> read_h264(Bytes buffer, int length_size, H264Profiles profiles) {
  Reader reader(profiles);
  const auto read = [&](Bytes nal) { return reader.read(nal); };
  if (may_be_config(buffer) || !read_nals(buffer, length_size, read)) return std::nullopt;
  return reader.work();
}

}  // namespace tessera::gst
