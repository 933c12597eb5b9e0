#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/units.h"
#include "gst/outlet.h"
#include "gst/pipeline.h"
#include "gst/route.h"

namespace tessera::test {

// Counts what leaves an outlet of encoded media, without decoding it.
class EncodedSink {
 public:
  explicit EncodedSink(const gst::Outlet& outlet);

  // The form of what came last, as caps; empty before anything came.
  std::string caps() const;

  int buffers() const;
  std::size_t largest_buffer() const;  // Bytes.
  int first_byte() const;              // Of the latest buffer.
  std::vector<TimePoint> keyframes() const;
  int keyframe_count() const { return static_cast<int>(keyframes().size()); }

  // Of what came since start_measuring(), by its time stamps.
  void start_measuring();
  double kbps() const;
  int measured_buffers() const;
  Duration measured_time() const;  // From the first of these to the last.

 private:
  struct Counts {
    mutable std::mutex mutex;
    gst::Ref<GstCaps> caps;
    int buffers = 0;
    std::size_t largest_buffer = 0;
    std::uint8_t first_byte = 0;
    std::vector<TimePoint> keyframes;
    int measured_buffers = 0;
    std::size_t measured_bytes = 0;
    GstClockTime measured_from = GST_CLOCK_TIME_NONE;
    GstClockTime measured_to = GST_CLOCK_TIME_NONE;
  };
  static void count(Counts& counts, GstSample* sample);

  std::unique_ptr<gst::Pipeline> pipeline_;
  std::shared_ptr<Counts> counts_;
  std::unique_ptr<gst::Route> route_;
};

}  // namespace tessera::test
