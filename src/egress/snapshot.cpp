#include "egress/snapshot.h"

#include <gst/app/gstappsink.h>

#include <utility>

namespace tessera::egress {
namespace {

constexpr auto longest_wait = std::chrono::seconds(2);

std::string bytes_of(GstBuffer* buffer) {
  std::string bytes(gst_buffer_get_size(buffer), '\0');
  gst_buffer_extract(buffer, 0, bytes.data(), bytes.size());
  return bytes;
}

using Take = std::function<void(std::string)>;

// Hands on what arrives, on the streaming thread.
void on_bytes(const gst::Pipeline& pipeline, Take take) {
  GstAppSinkCallbacks callbacks = {};
  callbacks.new_sample = [](GstAppSink* sink, gpointer data) {
    const auto sample = gst::Ref<GstSample>::adopt(gst_app_sink_pull_sample(sink));
    if (!sample) return GST_FLOW_FLUSHING;
    (*static_cast<Take*>(data))(bytes_of(gst_sample_get_buffer(sample.get())));
    return GST_FLOW_OK;
  };
  gst_app_sink_set_callbacks(GST_APP_SINK(pipeline.element("out").get()), &callbacks,
                             new Take(std::move(take)),
                             [](gpointer data) { delete static_cast<Take*>(data); });
}

}  // namespace

Snapshot::Snapshot(const gst::Outlet& canvas, const gst::Descriptions& descriptions,
                   Callback callback)
    : callback_(std::move(callback)) {
  const Result<void> begun = take(canvas, descriptions);
  if (begun) return;
  anchor_.handle().post([this, error = begun.error()] { finish(error); });
}

Snapshot::~Snapshot() = default;

Result<void> Snapshot::take(const gst::Outlet& canvas, const gst::Descriptions& descriptions) {
  auto pipeline = gst::Pipeline::create("snapshot", descriptions.text("snapshot"));
  if (!pipeline) return pipeline.error();
  pipeline_ = std::move(*pipeline);
  pipeline_->on_failure([this](const Error& error) { finish(error); });
  on_bytes(*pipeline_, [owner = anchor_.handle(), this](std::string bytes) {
    owner.post([this, jpeg = std::move(bytes)] { finish(jpeg); });
  });
  if (const Result<void> started = pipeline_->start(); !started) return started.error();
  route_.emplace(canvas, gst::Inlet(*pipeline_, "in"), gst::Route::Media::any_buffer);
  deadline_.start_once(longest_wait, [this] {
    finish(Error{"no_picture", "The meeting has no picture at the moment."});
  });
  return {};
}

void Snapshot::finish(const Result<std::string>& result) {
  route_.reset();
  pipeline_.reset();
  deadline_.stop();
  if (const auto callback = std::exchange(callback_, nullptr)) callback(result);
}

}  // namespace tessera::egress
