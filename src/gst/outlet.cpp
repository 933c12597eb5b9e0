#include "gst/outlet.h"

#include <gst/video/video.h>

#include "gst/outlet_core.h"
#include "gst/pads.h"
#include "gst/route_end.h"
#include "gst/runtime.h"

namespace tessera::gst {
namespace {

using SharedCore = std::shared_ptr<Outlet::Core>;

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

GstFlowReturn take_sample(GstAppSink* sink, gpointer data) {
  const SharedCore& core = *static_cast<SharedCore*>(data);
  auto pulled = Ref<GstSample>::adopt(gst_app_sink_pull_sample(sink));
  if (!pulled) return GST_FLOW_FLUSHING;
  core->last_buffer_at = running_time();
  const std::lock_guard lock(core->mutex);
  if (core->routes.empty()) return GST_FLOW_OK;
  const auto sample = in_running_time(std::move(pulled));
  GstBuffer* buffer = gst_sample_get_buffer(sample.get());
  for (const auto& route : core->routes) route->carry(sample.get(), buffer);
  return GST_FLOW_OK;
}

}  // namespace

Outlet::Outlet(const Pipeline& pipeline, const std::string& name)
    : core_(std::make_shared<Core>()) {
  core_->sink = pipeline.element(name);
  GstAppSinkCallbacks callbacks = {};
  callbacks.new_sample = take_sample;
  // The sink holds the core and the core the sink, until the outlet's destructor takes the
  // callbacks away.
  gst_app_sink_set_callbacks(GST_APP_SINK(core_->sink.get()), &callbacks, new SharedCore(core_),
                             [](gpointer data) { delete static_cast<SharedCore*>(data); });
}

Outlet::~Outlet() {
  GstAppSinkCallbacks none = {};
  gst_app_sink_set_callbacks(GST_APP_SINK(core_->sink.get()), &none, nullptr, nullptr);
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

void Outlet::request_keyframe() const { request_keyframe_from(core_->sink.get()); }

void request_keyframe_from(GstElement* sink) {
  const auto pad = static_pad(sink, "sink");
  gst_pad_push_event(pad.get(),
                     gst_video_event_new_upstream_force_key_unit(GST_CLOCK_TIME_NONE, TRUE, 0));
}

}  // namespace tessera::gst
