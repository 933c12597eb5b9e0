#pragma once

#include <gst/gst.h>

#include <memory>

#include "gst/inlet.h"
#include "gst/route.h"

namespace tessera::gst {

// The part of a route that streaming threads use: decides for each buffer whether the inlet gets
// it.
class RouteEnd {
 public:
  RouteEnd(Ref<GstElement> outlet_sink, const Inlet& inlet, Route::Media media);

  // On the outlet's streaming thread, with the outlet's lock held; never blocks.
  void carry(GstSample* sample, GstBuffer* buffer);

  // Begins and ends the handing back of keyframe requests.
  void watch_requests(const std::shared_ptr<RouteEnd>& self);
  void unwatch_requests();
  bool watches_requests() const { return probe_ != 0; }

  void request_keyframe();

 private:
  Ref<GstElement> outlet_sink_;
  Inlet inlet_;
  Route::Media media_;
  Ref<GstPad> inlet_pad_;
  gulong probe_ = 0;
  bool waiting_for_keyframe_;
  GstClockTime asked_at_ = GST_CLOCK_TIME_NONE;
};

}  // namespace tessera::gst
