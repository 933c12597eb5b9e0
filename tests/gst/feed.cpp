#include "gst/feed.h"

#include <gst/video/video.h>

#include <stdexcept>
#include <utility>

#include "support/sinks.h"

namespace tessera::test {
namespace {

constexpr const char* text =
    "appsrc name=in is-live=true format=time do-timestamp=false handle-segment-change=true"
    " ! appsink name=out sync=false async=false enable-last-sample=false";

gst::Ref<GstPad> pad_of(const gst::Pipeline& pipeline, const char* element, const char* pad) {
  return gst::Ref<GstPad>::adopt(gst_element_get_static_pad(pipeline.element(element).get(), pad));
}

void count_keyframe_requests(GstPad* pad, const std::shared_ptr<std::atomic<int>>& count) {
  using Shared = std::shared_ptr<std::atomic<int>>;
  gst_pad_add_probe(
      pad, GST_PAD_PROBE_TYPE_EVENT_UPSTREAM,
      [](GstPad*, GstPadProbeInfo* info, gpointer data) {
        if (gst_video_event_is_force_key_unit(GST_PAD_PROBE_INFO_EVENT(info))) {
          ++**static_cast<Shared*>(data);
        }
        return GST_PAD_PROBE_OK;
      },
      new Shared(count), [](gpointer data) { delete static_cast<Shared*>(data); });
}

}  // namespace

Feed::Feed()
    : pipeline_(make_pipeline(text)),
      keyframe_requests_(std::make_shared<std::atomic<int>>(0)),
      in_(std::make_unique<gst::Inlet>(*pipeline_, "in")),
      out_(std::make_unique<gst::Outlet>(*pipeline_, "out")) {
  count_keyframe_requests(pad_of(*pipeline_, "in", "src").get(), keyframe_requests_);
  if (!pipeline_->start()) throw std::runtime_error("The feed doesn't start.");
}

void Feed::push(Duration at, Frame frame) {
  const auto buffer = gst::Ref<GstBuffer>::adopt(gst_buffer_new_allocate(nullptr, 8, nullptr));
  GST_BUFFER_PTS(buffer.get()) = static_cast<GstClockTime>(at.count()) * GST_MSECOND;
  GST_BUFFER_DURATION(buffer.get()) = 20 * GST_MSECOND;
  if (frame == Frame::delta) GST_BUFFER_FLAG_SET(buffer.get(), GST_BUFFER_FLAG_DELTA_UNIT);
  const auto caps = gst::Ref<GstCaps>::adopt(gst_caps_new_empty_simple("video/x-test"));
  const auto sample =
      gst::Ref<GstSample>::adopt(gst_sample_new(buffer.get(), caps.get(), nullptr, nullptr));
  push(sample.get());
}

Collector::Collector()
    : pipeline_(make_pipeline(text)),
      kept_(std::make_shared<Kept>()),
      in_(std::make_unique<gst::Inlet>(*pipeline_, "in")),
      pad_(pad_of(*pipeline_, "in", "src")) {
  using Shared = std::shared_ptr<Kept>;
  GstAppSinkCallbacks callbacks = {};
  callbacks.new_sample = [](GstAppSink* sink, gpointer data) {
    const Shared& kept = *static_cast<Shared*>(data);
    auto sample = gst::Ref<GstSample>::adopt(gst_app_sink_pull_sample(sink));
    const std::lock_guard lock(kept->mutex);
    kept->samples.push_back(std::move(sample));
    return GST_FLOW_OK;
  };
  gst_app_sink_set_callbacks(GST_APP_SINK(pipeline_->element("out").get()), &callbacks,
                             new Shared(kept_),
                             [](gpointer data) { delete static_cast<Shared*>(data); });
  if (!pipeline_->start()) throw std::runtime_error("The collector doesn't start.");
}

Collector::~Collector() { unblock(); }

std::size_t Collector::count() const {
  const std::lock_guard lock(kept_->mutex);
  return kept_->samples.size();
}

std::vector<int> Collector::times() const {
  const std::lock_guard lock(kept_->mutex);
  std::vector<int> times;
  for (const auto& sample : kept_->samples) {
    const GstClockTime stamp = GST_BUFFER_PTS(gst_sample_get_buffer(sample.get()));
    times.push_back(static_cast<int>(stamp / GST_MSECOND));
  }
  return times;
}

gst::Ref<GstSample> Collector::last() const {
  const std::lock_guard lock(kept_->mutex);
  return kept_->samples.empty() ? nullptr : kept_->samples.back();
}

void Collector::block() {
  block_ = gst_pad_add_probe(
      pad_.get(), GstPadProbeType(GST_PAD_PROBE_TYPE_BLOCK | GST_PAD_PROBE_TYPE_BUFFER),
      [](GstPad*, GstPadProbeInfo*, gpointer) { return GST_PAD_PROBE_OK; }, nullptr, nullptr);
}

void Collector::unblock() {
  if (block_ != 0) gst_pad_remove_probe(pad_.get(), std::exchange(block_, 0));
}

void Collector::request_keyframe() const {
  gst::request_keyframe_from(pipeline_->element("out").get());
}

}  // namespace tessera::test
