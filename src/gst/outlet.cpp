#include "gst/outlet.h"

#include <gst/video/video.h>

#include "gst/outlet_core.h"
#include "gst/pads.h"
#include "gst/route_end.h"
#include "gst/runtime.h"

namespace tessera::gst {
namespace {

using SharedCore = std::shared_ptr<Outlet::Core>;

constexpr Duration between_requests_of_a_tap = std::chrono::milliseconds(500);

// The sample with its buffer stamped in running time. Some encoders shift their segment (x264enc by
// 1000 hours).
Ref<GstSample> in_running_time(Ref<GstSample> sample) {
  GstBuffer* buffer = gst_sample_get_buffer(sample.get());
  const GstSegment* segment = gst_sample_get_segment(sample.get());
  const GstClockTime stamp = GST_BUFFER_PTS(buffer);
  const GstClockTime running = gst_segment_to_running_time(segment, GST_FORMAT_TIME, stamp);
  if (running == stamp || !GST_CLOCK_TIME_IS_VALID(running)) return sample;
  auto copy = Ref<GstBuffer>::adopt(gst_buffer_copy(buffer));
  GST_BUFFER_PTS(copy.get()) = running;
  GST_BUFFER_DTS(copy.get()) = GST_CLOCK_TIME_NONE;
  return Ref<GstSample>::adopt(
      gst_sample_new(copy.get(), gst_sample_get_caps(sample.get()), nullptr, nullptr));
}

// To all routes. `make_sample` is called if there are any.
template <typename MakeSample>
void hand_out(Outlet::Core& core, MakeSample make_sample) {
  core.last_buffer_at = running_time();
  const std::lock_guard lock(core.mutex);
  if (core.routes.empty()) return;
  auto sample = in_running_time(make_sample());
  GstBuffer* buffer = gst_sample_get_buffer(sample.get());
  for (const auto& route : core.routes) route->carry(sample.get(), buffer);
  if (core.keeps_last) core.last = std::move(sample);
}

GstFlowReturn take_sample(GstAppSink* sink, gpointer data) {
  auto pulled = Ref<GstSample>::adopt(gst_app_sink_pull_sample(sink));
  if (!pulled) return GST_FLOW_FLUSHING;
  hand_out(**static_cast<SharedCore*>(data), [&] { return std::move(pulled); });
  return GST_FLOW_OK;
}

GstPadProbeReturn look_at_buffer(GstPad* pad, GstPadProbeInfo* info, gpointer data) {
  hand_out(**static_cast<SharedCore*>(data), [&] {
    const auto event = Ref<GstEvent>::adopt(gst_pad_get_sticky_event(pad, GST_EVENT_SEGMENT, 0));
    const GstSegment* segment = nullptr;
    if (event) gst_event_parse_segment(event.get(), &segment);
    const auto caps = Ref<GstCaps>::adopt(gst_pad_get_current_caps(pad));
    return Ref<GstSample>::adopt(
        gst_sample_new(GST_PAD_PROBE_INFO_BUFFER(info), caps.get(), segment, nullptr));
  });
  return GST_PAD_PROBE_OK;
}

void delete_core(gpointer data) { delete static_cast<SharedCore*>(data); }

}  // namespace

Outlet::Outlet(Ref<GstElement> sink, Duration between_keyframe_requests)
    : core_(std::make_shared<Core>()) {
  core_->keyframes = std::make_shared<KeyframeRequests>(std::move(sink), between_keyframe_requests);
}

Outlet::Outlet(const Pipeline& pipeline, const std::string& name)
    : Outlet(pipeline.element(name), Duration::zero()) {
  const auto set_callbacks = [](const Core& core, GstAppSinkCallbacks callbacks, gpointer data) {
    gst_app_sink_set_callbacks(GST_APP_SINK(core.keyframes->sink()), &callbacks, data,
                               data == nullptr ? nullptr : delete_core);
  };
  GstAppSinkCallbacks callbacks = {};
  callbacks.new_sample = take_sample;
  // The sink holds the core and the core the sink, until the callbacks are taken away.
  set_callbacks(*core_, callbacks, new SharedCore(core_));
  detach_ = [this, set_callbacks] { set_callbacks(*core_, {}, nullptr); };
}

std::unique_ptr<Outlet> Outlet::tap(const Pipeline& pipeline, const std::string& element) {
  std::unique_ptr<Outlet> tap(new Outlet(pipeline.element(element), between_requests_of_a_tap));
  auto pad = static_pad(tap->core_->keyframes->sink(), "sink");
  const gulong probe = gst_pad_add_probe(pad.get(), GST_PAD_PROBE_TYPE_BUFFER, look_at_buffer,
                                         new SharedCore(tap->core_), delete_core);
  tap->detach_ = [pad, probe] { gst_pad_remove_probe(pad.get(), probe); };
  return tap;
}

Outlet::~Outlet() {
  detach_();
  const std::lock_guard lock(core_->mutex);
  core_->routes.clear();
}

std::optional<Duration> Outlet::silent_for() const {
  const GstClockTime last = core_->last_buffer_at;
  if (!GST_CLOCK_TIME_IS_VALID(last)) return std::nullopt;
  const GstClockTime now = running_time();
  return std::chrono::duration_cast<Duration>(
      std::chrono::nanoseconds(now > last ? now - last : 0));
}

void Outlet::keep_last() {
  const std::lock_guard lock(core_->mutex);
  core_->keeps_last = true;
}

Ref<GstSample> Outlet::last() const {
  const std::lock_guard lock(core_->mutex);
  return core_->last;
}

void Outlet::forget_last() const {
  const std::lock_guard lock(core_->mutex);
  core_->last = {};
}

void Outlet::request_keyframe() const { core_->keyframes->ask(); }

void KeyframeRequests::ask() {
  asked_at_ = Clock::now();
  request_keyframe_from(sink_.get());
}

bool KeyframeRequests::ask_for_one() {
  if (Clock::now() - asked_at_.load() < least_interval_) return false;
  ask();
  return true;
}

void request_keyframe_from(GstElement* sink) {
  const auto pad = static_pad(sink, "sink");
  gst_pad_push_event(pad.get(),
                     gst_video_event_new_upstream_force_key_unit(GST_CLOCK_TIME_NONE, TRUE, 0));
}

}  // namespace tessera::gst
