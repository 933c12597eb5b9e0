#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "base/units.h"
#include "gst/outlet.h"

namespace tessera::gst {

// Asks whoever encodes or sends what comes to an element's pad "sink" for keyframes. From any
// thread.
class KeyframeRequests {
 public:
  // As often as `least_interval` at most, where nobody behind the pad sees to that.
  KeyframeRequests(Ref<GstElement> sink, Duration least_interval)
      : sink_(std::move(sink)), least_interval_(least_interval) {}

  void ask();
  // For one of many. False if it was asked for just now: that serves this one too, if it comes.
  bool ask_for_one();

  GstElement* sink() const { return sink_.get(); }

 private:
  const Ref<GstElement> sink_;
  const Duration least_interval_;
  std::atomic<TimePoint> asked_at_ = TimePoint();
};

struct Outlet::Core {
  std::shared_ptr<KeyframeRequests> keyframes;
  std::atomic<GstClockTime> last_buffer_at = GST_CLOCK_TIME_NONE;

  // Guards what follows; held while a buffer is handed to all of them, which never blocks but may
  // take as long as packets to all who listen do.
  std::mutex mutex;
  std::vector<std::shared_ptr<RouteEnd>> routes;
  bool keeps_last = false;
  Ref<GstSample> last;
};

}  // namespace tessera::gst
