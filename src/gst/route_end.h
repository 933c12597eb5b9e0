#pragma once

#include <gst/gst.h>

#include <atomic>
#include <memory>
#include <mutex>

#include "base/allowance.h"
#include "gst/inlet.h"
#include "gst/route.h"

namespace tessera::gst {

class KeyframeRequests;

// The part of a route that streaming threads use: decides for each buffer whether the inlet gets
// it.
class RouteEnd {
 public:
  RouteEnd(std::shared_ptr<KeyframeRequests> keyframes, const Inlet& inlet, Route::Media media);

  // On the outlet's streaming thread, with the outlet's lock held; never blocks.
  void carry(GstSample* sample, GstBuffer* buffer);

  // Begins and ends the handing back of keyframe requests.
  void watch_requests(const std::shared_ptr<RouteEnd>& self);
  void unwatch_requests();
  bool watches_requests() const { return probe_ != 0; }

  // What the inlet's side asks for, as far as it may. On any thread.
  void pass_request_on();

  // Whether the inlet was ever so slow that something was dropped. On any thread.
  bool has_dropped() const { return has_dropped_; }

 private:
  const std::shared_ptr<KeyframeRequests> keyframes_;
  Inlet inlet_;
  Route::Media media_;
  Ref<GstPad> inlet_pad_;
  gulong probe_ = 0;
  bool waiting_for_keyframe_;
  GstClockTime asked_at_ = GST_CLOCK_TIME_NONE;

  // A keyframe is at the cost of the pictures after it, for all who see them. Who needs one for
  // long gets one every two seconds.
  Allowance requests_{3, 0.5};
  std::atomic<bool> is_owed_ = false;  // What could not be asked for just then.
  std::atomic<bool> has_dropped_ = false;
  std::mutex requests_mutex_;
};

}  // namespace tessera::gst
