#include "support/encoded.h"

#include <gst/app/gstappsink.h>

#include <algorithm>

#include "gst/inlet.h"
#include "support/sinks.h"

namespace tessera::test {

EncodedSink::EncodedSink(const gst::Outlet& outlet)
    : pipeline_(make_pipeline("appsrc name=in is-live=true format=time do-timestamp=false"
                              " ! appsink name=out sync=false async=false")),
      counts_(std::make_shared<Counts>()) {
  using Shared = std::shared_ptr<Counts>;
  GstAppSinkCallbacks callbacks = {};
  callbacks.new_sample = [](GstAppSink* sink, gpointer data) {
    const auto sample = gst::Ref<GstSample>::adopt(gst_app_sink_pull_sample(sink));
    count(**static_cast<Shared*>(data), sample.get());
    return GST_FLOW_OK;
  };
  gst_app_sink_set_callbacks(GST_APP_SINK(pipeline_->element("out").get()), &callbacks,
                             new Shared(counts_),
                             [](gpointer data) { delete static_cast<Shared*>(data); });
  (void)pipeline_->start();
  route_ = std::make_unique<gst::Route>(outlet, gst::Inlet(*pipeline_, "in"),
                                        gst::Route::Media::any_buffer);
}

void EncodedSink::count(Counts& counts, GstSample* sample) {
  GstBuffer* buffer = gst_sample_get_buffer(sample);
  const std::lock_guard lock(counts.mutex);
  counts.caps = gst::Ref<GstCaps>::share(gst_sample_get_caps(sample));
  ++counts.buffers;
  gst_buffer_extract(buffer, 0, &counts.first_byte, 1);
  counts.largest_buffer = std::max(counts.largest_buffer, gst_buffer_get_size(buffer));
  if (!GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_DELTA_UNIT)) {
    counts.keyframes.push_back(Clock::now());
  }
  if (!GST_CLOCK_TIME_IS_VALID(counts.measured_from)) counts.measured_from = GST_BUFFER_PTS(buffer);
  counts.measured_to = GST_BUFFER_PTS(buffer);
  ++counts.measured_buffers;
  counts.measured_bytes += gst_buffer_get_size(buffer);
}

std::string EncodedSink::caps() const {
  const std::lock_guard lock(counts_->mutex);
  return counts_->caps ? gst::CString(gst_caps_to_string(counts_->caps.get())).get() : "";
}

int EncodedSink::buffers() const {
  const std::lock_guard lock(counts_->mutex);
  return counts_->buffers;
}

std::size_t EncodedSink::largest_buffer() const {
  const std::lock_guard lock(counts_->mutex);
  return counts_->largest_buffer;
}

int EncodedSink::first_byte() const {
  const std::lock_guard lock(counts_->mutex);
  return counts_->first_byte;
}

std::vector<TimePoint> EncodedSink::keyframes() const {
  const std::lock_guard lock(counts_->mutex);
  return counts_->keyframes;
}

void EncodedSink::start_measuring() {
  const std::lock_guard lock(counts_->mutex);
  counts_->measured_buffers = 0;
  counts_->measured_bytes = 0;
  counts_->measured_from = counts_->measured_to = GST_CLOCK_TIME_NONE;
}

int EncodedSink::measured_buffers() const {
  const std::lock_guard lock(counts_->mutex);
  return counts_->measured_buffers;
}

Duration EncodedSink::measured_time() const {
  const std::lock_guard lock(counts_->mutex);
  if (counts_->measured_buffers == 0) return {};
  return std::chrono::duration_cast<Duration>(
      std::chrono::nanoseconds(counts_->measured_to - counts_->measured_from));
}

double EncodedSink::kbps() const {
  const std::lock_guard lock(counts_->mutex);
  if (counts_->measured_to <= counts_->measured_from) return 0;
  const auto nanoseconds = static_cast<double>(counts_->measured_to - counts_->measured_from);
  return static_cast<double>(counts_->measured_bytes) * 8 / nanoseconds * 1e6;
}

}  // namespace tessera::test
