#include "load/reception.h"

#include <algorithm>
#include <utility>

namespace tessera::bench {

int Reception::Order::gap_before(std::uint16_t sequence) {
  const auto before = std::exchange(latest, sequence);
  if (!before) return 0;
  const auto step = static_cast<std::int16_t>(sequence - *before);
  if (step <= 0) latest = before;  // Late, or again.
  return std::max(0, step - 1);
}

void Reception::Longest::mark(TimePoint now) {
  longest = at(now);
  since = now;
}

Duration Reception::Longest::at(TimePoint now) const {
  return std::max(longest, std::chrono::duration_cast<Duration>(now - since));
}

void Reception::take_video(const RtpPacket& packet, TimePoint now) {
  if (packet.payload.empty()) return;  // Padding.
  const int gap = video_.gap_before(packet.header.sequence);
  lost_ += gap;
  if (gap > 0) {
    is_whole_ = false;
    is_broken_ = true;
  }
  video_bytes_ += static_cast<std::int64_t>(packet.payload.size());
  if (!packet.header.marker) return;
  if (std::exchange(is_whole_, true)) {
    ++frames_;
    freeze_.mark(now);
  }
}

void Reception::take_audio(const RtpPacket& packet, TimePoint now) {
  lost_ += audio_.gap_before(packet.header.sequence);
  sound_gap_.mark(now);
}

void Reception::start_measuring(TimePoint now) {
  began_ = now;
  freeze_ = {now};
  sound_gap_ = {now};
  frames_ = 0;
  video_bytes_ = lost_ = 0;
}

Reception::Figures Reception::figures(TimePoint now) const {
  const double seconds = std::chrono::duration<double>(now - began_).count();
  return {frames_ / seconds, freeze_.at(now), sound_gap_.at(now),
          static_cast<double>(video_bytes_) * 8 / 1000 / seconds, lost_};
}

bool Reception::take_broken() { return std::exchange(is_broken_, false); }

}  // namespace tessera::bench
