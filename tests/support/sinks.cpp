#include "support/sinks.h"

#include <gst/app/gstappsink.h>
#include <gtest/gtest.h>

#include <cmath>

namespace tessera::test {
namespace {

using Shared = std::shared_ptr<Received>;

void on_sample(const gst::Pipeline& pipeline, GstFlowReturn (*take)(GstAppSink*, gpointer),
               const Shared& received) {
  GstAppSinkCallbacks callbacks = {};
  callbacks.new_sample = take;
  gst_app_sink_set_callbacks(GST_APP_SINK(pipeline.element("out").get()), &callbacks,
                             new Shared(received),
                             [](gpointer data) { delete static_cast<Shared*>(data); });
}

constexpr const char* sink_text =
    "appsrc name=in is-live=true format=time ! appsink name=out sync=false async=false";

}  // namespace

std::unique_ptr<gst::Pipeline> make_pipeline(const std::string& text) {
  auto pipeline = gst::Pipeline::create("test", text);
  if (!pipeline) throw std::runtime_error(pipeline.error().message);
  return std::move(*pipeline);
}

gst::Descriptions descriptions() {
  auto loaded = gst::Descriptions::load(std::string(TESSERA_SOURCE_DIR) + "/pipelines");
  if (!loaded) throw std::runtime_error(loaded.error().message);
  return *loaded;
}

PictureSink::PictureSink(const gst::Outlet& outlet)
    : pipeline_(make_pipeline(sink_text)), received_(std::make_shared<Received>()) {
  on_sample(
      *pipeline_,
      [](GstAppSink* sink, gpointer data) {
        Received& received = **static_cast<Shared*>(data);
        received.add_encoded_frame();
        received.add_frame(gst::Ref<GstSample>::adopt(gst_app_sink_pull_sample(sink)));
        return GST_FLOW_OK;
      },
      received_);
  (void)pipeline_->start();
  route_ = std::make_unique<gst::Route>(outlet, gst::Inlet(*pipeline_, "in"),
                                        gst::Route::Media::any_buffer);
}

SoundSink::SoundSink(const gst::Outlet& outlet)
    : pipeline_(make_pipeline(sink_text)), received_(std::make_shared<Received>()) {
  on_sample(
      *pipeline_,
      [](GstAppSink* sink, gpointer data) {
        Received& received = **static_cast<Shared*>(data);
        const auto sample = gst::Ref<GstSample>::adopt(gst_app_sink_pull_sample(sink));
        GstMapInfo map;
        gst_buffer_map(gst_sample_get_buffer(sample.get()), &map, GST_MAP_READ);
        received.add_sound_packet();
        received.add_sound(reinterpret_cast<const float*>(map.data), map.size / sizeof(float));
        gst_buffer_unmap(gst_sample_get_buffer(sample.get()), &map);
        return GST_FLOW_OK;
      },
      received_);
  (void)pipeline_->start();
  route_ = std::make_unique<gst::Route>(outlet, gst::Inlet(*pipeline_, "in"),
                                        gst::Route::Media::any_buffer);
}

Source::Source(const std::string& text)
    : pipeline_(make_pipeline(text + " ! appsink name=out sync=false async=false max-buffers=10")),
      outlet_(std::make_unique<gst::Outlet>(*pipeline_, "out")) {
  (void)pipeline_->start();
}

Through::Through(const gst::Outlet& from, const std::string& stages, gst::Route::Media media)
    : pipeline_(make_pipeline("appsrc name=in is-live=true format=time do-timestamp=false ! " +
                              stages +
                              " ! appsink name=out sync=false async=false max-buffers=10")),
      outlet_(std::make_unique<gst::Outlet>(*pipeline_, "out")) {
  (void)pipeline_->start();
  route_ = std::make_unique<gst::Route>(from, gst::Inlet(*pipeline_, "in"), media);
}

Pixel yuv(int red, int green, int blue) {
  const auto round = [](double value) { return static_cast<int>(std::lround(value)); };
  return {round(16 + 0.2568 * red + 0.5041 * green + 0.0979 * blue),
          round(128 - 0.1482 * red - 0.2910 * green + 0.4392 * blue),
          round(128 + 0.4392 * red - 0.3678 * green - 0.0714 * blue)};
}

}  // namespace tessera::test
