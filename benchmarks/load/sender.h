#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/units.h"
#include "load/media.h"
#include "load/rtcp.h"
#include "load/rtp.h"

namespace tessera::bench {

// At random, up to `most`: people who send the same do so at different moments.
Clock::duration some_time(std::chrono::milliseconds most);

// One source on its way: which frame of its track is due, the headers of its packets, and what its
// sender reports say of it (RFC 3550, section 6.4.1). A value.
class Sender {
 public:
  // The track is shared with others, and sent again and again. Without one, frames are told by
  // begin_frame().
  Sender(int payload_type, const Track* track);

  int payload_type() const { return payload_type_; }
  std::uint32_t ssrc() const { return ssrc_; }
  bool has_track() const { return track_ != nullptr; }

  // Begins `begin` (0 to 1) into the track, at some moment within a picture's time.
  void start(TimePoint now, double begin = 0);
  // From the track's start, which is a keyframe.
  void restart() { next_ = 0; }

  // The track's next frame if it is due, as it is begun; else null.
  const EncodedFrame* begin_due(TimePoint now);
  // A frame that was taken then; `timestamp_step` is its time since the one before, in RTP clock
  // ticks.
  void begin_frame(std::uint32_t timestamp_step, TimePoint taken);
  // Of the packet with the payload `index` of the frame that was begun: called once for each, in
  // their order, since it counts them.
  RtpHeader header(const EncodedFrame& frame, std::size_t index);

  bool has_sent() const { return packets_ > 0; }
  SenderState state(TimePoint now) const;

 private:
  const Track* track_;
  int payload_type_;
  std::uint32_t ssrc_;
  std::size_t next_ = 0;  // Frame.
  std::uint16_t sequence_;
  std::uint32_t timestamp_;  // Of the frame begun last.
  TimePoint taken_;
  TimePoint due_;
  std::uint32_t packets_ = 0;
  std::uint32_t octets_ = 0;
};

// The states of those that have sent something.
std::vector<SenderState> states(std::span<const Sender> senders, TimePoint now);

}  // namespace tessera::bench
