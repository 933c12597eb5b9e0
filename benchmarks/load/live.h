#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/event_loop.h"
#include "gst/inlet.h"
#include "gst/pipeline.h"
#include "load/media.h"
#include "load/rtp.h"

namespace tessera::bench {

// Encodes what is pushed, frame by frame, and hands each on as RTP payloads, on the control thread
// and in order.
class LiveEncoder {
 public:
  using Done = std::function<void(const EncodedFrame& frame)>;

  static std::unique_ptr<LiveEncoder> video(const VideoFormat& format, Done done);
  // Mono float, 20 ms at a time.
  static std::unique_ptr<LiveEncoder> audio(Done done);

  void push(const void* data, std::size_t size, std::chrono::nanoseconds time);
  void request_keyframe();

 private:
  LiveEncoder(const std::string& text, Done done);

  std::unique_ptr<gst::Pipeline> pipeline_;
  Done done_;
  EncodedFrame frame_;
  Anchor anchor_;
};

// Decodes received RTP packets, in their order; each picture, or 20 ms of sound, comes with the RTP
// timestamp of its packets. On the control thread, but `time` is when it was decoded.
class LiveDecoder {
 public:
  struct Decoded {
    std::uint32_t timestamp = 0;
    TimePoint time;
    gst::Ref<GstSample> sample;  // I420, or mono float.
  };
  using Done = std::function<void(const Decoded& decoded)>;

  static std::unique_ptr<LiveDecoder> video(VideoCodec codec, Done done);
  static std::unique_ptr<LiveDecoder> audio(Done done);

  void push(Bytes packet, std::uint32_t timestamp);

 private:
  LiveDecoder(const std::string& text, int clock_rate, Done done);

  std::unique_ptr<gst::Pipeline> pipeline_;
  int clock_rate_;
  std::int64_t first_ = 0;  // RTP timestamps, without wraps.
  std::optional<std::int64_t> latest_;
  Done done_;
  Anchor anchor_;
};

}  // namespace tessera::bench
