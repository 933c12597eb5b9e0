#include "gst/route.h"

#include <gst/video/video.h>

#include "gst/outlet_core.h"
#include "gst/pads.h"
#include "gst/route_end.h"
#include "gst/runtime.h"

namespace tessera::gst {
namespace {

constexpr GstClockTime longest_queue = 500 * GST_MSECOND;
constexpr GstClockTime ask_again_after = 1 * GST_SECOND;

using Shared = std::shared_ptr<RouteEnd>;

// Takes upstream events off the inlet's pad: an appsrc has nobody to hand them to.
GstPadProbeReturn hand_back(GstPad*, GstPadProbeInfo* info, gpointer data) {
  GstEvent* event = GST_PAD_PROBE_INFO_EVENT(info);
  if (gst_video_event_is_force_key_unit(event)) {
    (*static_cast<Shared*>(data))->pass_request_on();
    return GST_PAD_PROBE_DROP;
  }
  return GST_PAD_PROBE_OK;
}

}  // namespace

RouteEnd::RouteEnd(std::shared_ptr<KeyframeRequests> keyframes, const Inlet& inlet,
                   Route::Media media)
    : keyframes_(std::move(keyframes)),
      inlet_(inlet),
      media_(media),
      inlet_pad_(static_pad(inlet.get(), "src")),
      waiting_for_keyframe_(media == Route::Media::needs_keyframe) {}

void RouteEnd::carry(GstSample* sample, GstBuffer* buffer) {
  const bool is_backed_up = inlet_.queued() > longest_queue;
  const bool stands_alone = !GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_DELTA_UNIT);
  if (is_backed_up) {
    waiting_for_keyframe_ = true;
    has_dropped_ = true;
  }
  if (is_backed_up || (waiting_for_keyframe_ && !stands_alone)) {
    const GstClockTime now = running_time();
    const bool ask = !GST_CLOCK_TIME_IS_VALID(asked_at_) || now - asked_at_ > ask_again_after;
    if (media_ == Route::Media::needs_keyframe && !is_backed_up && ask) {
      if (keyframes_->ask_for_one()) asked_at_ = now;
    }
    return;
  }
  waiting_for_keyframe_ = false;
  if (is_owed_ && (stands_alone || keyframes_->ask_for_one())) is_owed_ = false;
  inlet_.push(sample);
}

void RouteEnd::watch_requests(const std::shared_ptr<RouteEnd>& self) {
  probe_ =
      gst_pad_add_probe(inlet_pad_.get(), GST_PAD_PROBE_TYPE_EVENT_UPSTREAM, hand_back,
                        new Shared(self), [](gpointer data) { delete static_cast<Shared*>(data); });
}

void RouteEnd::unwatch_requests() { gst_pad_remove_probe(inlet_pad_.get(), probe_); }

void RouteEnd::pass_request_on() {
  const std::lock_guard lock(requests_mutex_);
  if (is_owed_ || !requests_.take(Clock::now())) return;
  is_owed_ = !keyframes_->ask_for_one();
}

Route::Route(const Outlet& from, const Inlet& to, Media media)
    : from_(from.core_), end_(std::make_shared<RouteEnd>(from_->keyframes, to, media)) {
  if (media == Media::needs_keyframe) end_->watch_requests(end_);
  const std::lock_guard lock(from_->mutex);
  from_->routes.push_back(end_);
}

bool Route::has_dropped() const { return end_->has_dropped(); }

Route::~Route() {
  {
    const std::lock_guard lock(from_->mutex);
    std::erase(from_->routes, end_);
    if (from_->routes.empty()) from_->last = {};
  }
  if (end_->watches_requests()) end_->unwatch_requests();
}

}  // namespace tessera::gst
