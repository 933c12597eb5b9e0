#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/units.h"
#include "base/video_codec.h"

namespace tessera::bench {

// The payload types that the load offers.
constexpr int opus_payload_type = 111;
constexpr int vp8_payload_type = 96;
constexpr int h264_payload_type = 102;
constexpr int payload_type_of(VideoCodec codec) {
  return codec == VideoCodec::vp8 ? vp8_payload_type : h264_payload_type;
}

// One picture, or 20 ms of sound, as RTP payloads.
struct EncodedFrame {
  std::vector<std::vector<std::uint8_t>> payloads;
  std::optional<int> audio_level;  // dB below overload
};

// Encoded media that are sent again and again from the start, which is a keyframe: they are encoded
// once, before anything is measured, however many send them.
struct Track {
  int payload_type = 0;
  std::uint32_t timestamp_step = 0;  // From frame to frame, in RTP clock ticks.
  std::chrono::nanoseconds interval{};
  std::vector<EncodedFrame> frames;
};

struct VideoFormat {
  VideoCodec codec = VideoCodec::vp8;
  Resolution size{320, 180};
  int frame_rate = 30;
  Bitrate bitrate{200};
};

// The encoder and payloader that the load uses, in gst-launch syntax.
std::string encoder_text(const VideoFormat& format);

// Ten seconds of the media file's picture, or where there is none of a generated one. Error:
// `unreadable_media`.
Result<Track> encode_video(const std::string& file, const VideoFormat& format);

// Ten seconds of noise with the rhythm of speech: syllables, four a second, and pauses.
Result<Track> encode_speech();
// What a microphone sends in a quiet room.
Result<Track> encode_silence();

}  // namespace tessera::bench
