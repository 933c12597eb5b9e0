#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tessera {

enum class VideoCodec { vp8, h264 };

// The codec's encoding name in SDP (RFC 7741, RFC 6184).
inline std::string name(VideoCodec codec) { return codec == VideoCodec::vp8 ? "VP8" : "H264"; }

inline std::optional<VideoCodec> video_codec_from(std::string_view name) {
  if (name == "VP8") return VideoCodec::vp8;
  if (name == "H264") return VideoCodec::h264;
  return std::nullopt;
}

}  // namespace tessera
