#pragma once

#include <cstdint>
#include <optional>

#include "base/units.h"
#include "load/rtp.h"

namespace tessera::bench {

// What one participant received, from the packets alone: nothing is decoded.
class Reception {
 public:
  void take_video(const RtpPacket& packet, TimePoint now);
  void take_audio(const RtpPacket& packet, TimePoint now);

  // Forgets what came so far.
  void start_measuring(TimePoint now);

  struct Figures {
    double frames_per_second = 0;  // Whole ones.
    Duration longest_freeze{};     // Between whole frames.
    Duration longest_sound_gap{};  // Between packets.
    double video_kbps = 0;         // Payload.
    std::int64_t lost = 0;         // Packets.
  };
  Figures figures(TimePoint now) const;

  // Whether a picture was broken since the last call, so that it takes a keyframe.
  bool take_broken();

 private:
  // One source's packets in their order.
  struct Order {
    std::optional<std::uint16_t> latest;
    // How many are missing before this one.
    int gap_before(std::uint16_t sequence);
  };

  struct Longest {
    TimePoint since;
    Duration longest{};
    void mark(TimePoint now);
    Duration at(TimePoint now) const;
  };

  Order video_;
  Order audio_;
  bool is_whole_ = true;
  bool is_broken_ = false;
  TimePoint began_;
  Longest freeze_;
  Longest sound_gap_;
  int frames_ = 0;
  std::int64_t video_bytes_ = 0;
  std::int64_t lost_ = 0;
};

}  // namespace tessera::bench
