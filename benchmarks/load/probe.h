#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/event_loop.h"
#include "load/live.h"
#include "load/participant.h"

namespace tessera::bench {

// What was measured, all in milliseconds.
struct Samples {
  std::vector<double> glass_to_glass;  // From the frame at the encoder to the decoded composite.
  std::vector<double> picture_added;  // From its last packet sent to the composite's last received.
  std::vector<double> mouth_to_ear;   // From the sound made to when it could be played.
  std::vector<double> sound_added;    // Likewise, but from when its packet was sent.
  std::vector<double> picture_shift;  // Sender's clock at the composite minus when it was taken.
  std::vector<double> sound_shift;
};

// RTP timestamps of a source against its sender's clock, by the latest sender report.
class SenderClock {
 public:
  explicit SenderClock(int rate) : rate_(rate) {}

  std::uint32_t ssrc = 0;
  void take(const RtcpNews::Mapping& mapping) { mapping_ = mapping; }
  // Seconds since 1900; nothing before the first report.
  std::optional<double> time_of(std::uint32_t timestamp) const;

 private:
  int rate_;
  RtcpNews::Mapping mapping_;
};

// A participant who shows a clock and clicks once a second, and a viewer who looks and listens.
class Probe {
 public:
  Probe(const std::string& url, const VideoFormat& camera);
  Probe(const Probe&) = delete;
  Probe& operator=(const Probe&) = delete;

  bool has_media() const { return watcher_.has_media() && talker_.has_media(); }
  std::string failure() const {
    return talker_.failure().empty() ? watcher_.failure() : talker_.failure();
  }
  void start_measuring() { samples_ = {}; }
  const Samples& samples() const { return samples_; }

 private:
  struct Sent {
    int number = 0;
    TimePoint taken;
    TimePoint sent;
  };

  TimePoint frame_time(std::int64_t frame) const;
  void make_due(TimePoint now);
  void make_sound();
  void send_video(const EncodedFrame& frame);
  void send_audio(const EncodedFrame& frame);
  void take(const RtpPacket& packet, TimePoint arrival);
  void take(const RtcpNews::Mapping& mapping);
  std::optional<Rectangle> tile(Resolution canvas) const;
  void look(const LiveDecoder::Decoded& decoded);
  void listen(const LiveDecoder::Decoded& decoded);

  VideoFormat camera_;
  TimePoint began_;
  std::int64_t frames_made_ = 0;
  std::int64_t sounds_made_ = 0;
  std::int64_t sounds_sent_ = 0;
  std::deque<Sent> encoding_;
  std::deque<bool> sounds_are_clicks_;
  std::map<int, Sent> sent_;  // By number.
  Sent click_;
  std::optional<int> shown_;
  bool was_loud_ = false;
  SenderClock picture_clock_{90'000};
  SenderClock sound_clock_{48'000};
  std::map<std::uint32_t, TimePoint> picture_arrivals_;
  std::map<std::uint32_t, TimePoint> sound_arrivals_;
  Samples samples_;
  Participant talker_;
  Participant watcher_;
  std::unique_ptr<LiveEncoder> video_encoder_;
  std::unique_ptr<LiveEncoder> audio_encoder_;
  std::unique_ptr<LiveDecoder> video_decoder_;
  std::unique_ptr<LiveDecoder> audio_decoder_;
  Timer pacer_;
};

}  // namespace tessera::bench
