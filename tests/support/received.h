#pragma once

#include <gst/gst.h>

#include <mutex>
#include <optional>
#include <vector>

#include "base/units.h"
#include "gst/ref.h"

namespace tessera::test {

struct Pixel {
  int y = 0;  // BT.601 as they stand in the picture.
  int u = 0;
  int v = 0;
};

// What a client received. Written by its streaming threads, read by the test.
class Received {
 public:
  // For the streaming threads.
  void add_frame(gst::Ref<GstSample> decoded);
  void add_encoded_frame();
  void add_sound(const float* samples, std::size_t count);
  void add_sound_packet();

  // Forgets counts and sound so far: what is measured from now on.
  void start_measuring();

  int frames() const;
  int sound_packets() const;
  double frames_per_second() const;
  Duration longest_freeze() const;
  Duration longest_sound_gap() const;  // Between packets.

  // The longest time without a sample above -60 dBFS in the decoded sound.
  Duration longest_silence() const;
  Resolution size() const;

  // The colour at a place in the latest picture, in fractions of its size. Nothing if that is older
  // than a second.
  std::optional<Pixel> pixel(double x, double y) const;

  // The strength of a tone in the last half second of sound, in dB relative to full scale
  // (Goertzel). Nothing while less than that was received, or if the last is older than 300 ms.
  std::optional<double> tone_db(double hz) const;

 private:
  mutable std::mutex mutex_;
  gst::Ref<GstSample> latest_;
  TimePoint latest_at_{};
  int frames_ = 0;
  int sound_packets_ = 0;
  TimePoint measured_since_ = Clock::now();
  TimePoint last_frame_ = Clock::now();
  TimePoint last_sound_ = Clock::now();
  Duration longest_freeze_{};
  Duration longest_sound_gap_{};
  std::vector<float> sound_;
  TimePoint sound_at_{};
  std::size_t silent_samples_ = 0;  // In a row, up to now.
  std::size_t most_silent_samples_ = 0;
};

}  // namespace tessera::test
