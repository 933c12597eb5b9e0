#include "ingest/moments.h"

#include <gst/app/gstappsink.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "gst/inlet.h"
#include "gst/runtime.h"
#include "support/sinks.h"

namespace tessera::ingest {
namespace {

constexpr double samples_per_second = 48000;
constexpr float loud = 0.1F;
constexpr int bright = 150;

double seconds_of(GstClockTime time) { return static_cast<double>(time) / GST_SECOND; }

}  // namespace

void Moments::Noted::take(GstSample* sample) {
  GstBuffer* buffer = gst_sample_get_buffer(sample);
  const double stamp = seconds_of(GST_BUFFER_PTS(buffer));
  const double now = seconds_of(gst::running_time());
  GstMapInfo map;
  gst_buffer_map(buffer, &map, GST_MAP_READ);
  bool is_on_now = false;
  double from = stamp;
  if (what == Of::pictures) {
    is_on_now = map.data[map.size / 3] > bright;
  } else {
    const std::span samples(reinterpret_cast<const float*>(map.data), map.size / sizeof(float));
    const auto first =
        std::ranges::find_if(samples, [](float value) { return std::abs(value) > loud; });
    is_on_now = first != samples.end();
    from += static_cast<double>(first - samples.begin()) / samples_per_second;
  }
  gst_buffer_unmap(buffer, &map);
  const std::lock_guard lock(mutex);
  if (!std::exchange(is_on, is_on_now) && is_on_now) begins.push_back(from);
  latest = std::max(latest, now - stamp);
  earliest = std::min(earliest, now - stamp);
  if (last) longest_gap = std::max(longest_gap, stamp - *last);
  last = stamp;
}

Moments::Moments(const gst::Outlet& outlet, Of what)
    : noted_(std::make_shared<Noted>()),
      pipeline_(test::make_pipeline("appsrc name=in is-live=true format=time"
                                    " ! appsink name=out sync=false async=false")) {
  using Shared = std::shared_ptr<Noted>;
  noted_->what = what;
  GstAppSinkCallbacks callbacks = {};
  callbacks.new_sample = [](GstAppSink* sink, gpointer data) {
    const auto sample = gst::Ref<GstSample>::adopt(gst_app_sink_pull_sample(sink));
    (*static_cast<Shared*>(data))->take(sample.get());
    return GST_FLOW_OK;
  };
  gst_app_sink_set_callbacks(GST_APP_SINK(pipeline_->element("out").get()), &callbacks,
                             new Shared(noted_),
                             [](gpointer data) { delete static_cast<Shared*>(data); });
  (void)pipeline_->start();
  route_ = std::make_unique<gst::Route>(outlet, gst::Inlet(*pipeline_, "in"),
                                        gst::Route::Media::any_buffer);
}

std::vector<double> Moments::begins() const {
  const std::lock_guard lock(noted_->mutex);
  return noted_->begins;
}

double Moments::latest() const {
  const std::lock_guard lock(noted_->mutex);
  return noted_->latest;
}

double Moments::earliest() const {
  const std::lock_guard lock(noted_->mutex);
  return noted_->earliest;
}

double Moments::longest_gap() const {
  const std::lock_guard lock(noted_->mutex);
  return noted_->longest_gap;
}

}  // namespace tessera::ingest
