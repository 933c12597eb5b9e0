#pragma once

#include <atomic>
#include <memory>

#include "support/sinks.h"

namespace tessera::test {

// A meeting's composite and programme, encoded: red with a tone of 440 Hz, and at the first tenth
// of each second, of running time, a white flash and at exactly the same time a loud beep of 1 kHz.
// From mark() to unmark() it is all blue, and the sound 3 kHz.
class Composite {
 public:
  enum class Encoding { h264_aac, h264_main_aac, vp8_opus };  // main: another profile.

  // Of H.264, whatever the pictures don't need is filled up with nothing.
  explicit Composite(Encoding encoding, Bitrate video = {300});
  Composite(const Composite&) = delete;
  Composite& operator=(const Composite&) = delete;

  const gst::Outlet& picture() const { return picture_->out(); }
  const gst::Outlet& sound() const { return sound_->out(); }

  // Of pictures and sound stamped between these calls.
  void mark();
  void unmark();

  static constexpr double tone_hz = 440;
  static constexpr double beep_hz = 1000;
  static constexpr double mark_hz = 3000;

 private:
  struct Marks {
    std::atomic<GstClockTime> from = GST_CLOCK_TIME_NONE;
    std::atomic<GstClockTime> until = GST_CLOCK_TIME_NONE;
    // Between a picture and the whole thirtieth of a second before it.
    GstClockTime late = GST_CLOCK_TIME_NONE;

    bool cover(GstClockTime at) const { return at >= from && at < until; }
  };
  static GstPadProbeReturn paint(GstPad* pad, GstPadProbeInfo* info, gpointer marks);
  static GstPadProbeReturn play(GstPad* pad, GstPadProbeInfo* info, gpointer marks);

  Marks marks_;
  std::unique_ptr<Source> picture_;
  std::unique_ptr<Source> sound_;
};

}  // namespace tessera::test
