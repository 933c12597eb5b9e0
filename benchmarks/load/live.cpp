#include "load/live.h"

#include <gst/app/gstappsink.h>

#include <cmath>
#include <memory>
#include <stdexcept>
#include <utility>

#include "gst/outlet.h"

namespace tessera::bench {
namespace {

using TakeSample = std::function<void(gst::Ref<GstSample>)>;

// Hands each sample of the appsink "out" on, on its streaming thread.
std::unique_ptr<gst::Pipeline> start(const std::string& text, TakeSample take) {
  auto made = gst::Pipeline::create("bench", text);
  if (!made) throw std::runtime_error(made.error().message);
  GstAppSinkCallbacks callbacks = {};
  callbacks.new_sample = [](GstAppSink* sink, gpointer data) {
    (*static_cast<TakeSample*>(data))(gst::Ref<GstSample>::adopt(gst_app_sink_pull_sample(sink)));
    return GST_FLOW_OK;
  };
  gst_app_sink_set_callbacks(GST_APP_SINK((*made)->element("out").get()), &callbacks,
                             new TakeSample(std::move(take)),
                             [](gpointer data) { delete static_cast<TakeSample*>(data); });
  if (const auto started = (*made)->start(); !started) {
    throw std::runtime_error(started.error().message);
  }
  return std::move(*made);
}

void push_to(const gst::Pipeline& pipeline, const void* data, std::size_t size,
             std::chrono::nanoseconds time) {
  GstBuffer* buffer = gst_buffer_new_memdup(data, size);
  GST_BUFFER_PTS(buffer) = static_cast<GstClockTime>(time.count());
  gst_app_src_push_buffer(GST_APP_SRC(pipeline.element("in").get()), buffer);
}

constexpr const char* source = "appsrc name=in is-live=true format=time caps=";
constexpr const char* sink = " ! appsink name=out sync=false async=false";

}  // namespace

std::unique_ptr<LiveEncoder> LiveEncoder::video(const VideoFormat& format, Done done) {
  return std::unique_ptr<LiveEncoder>(new LiveEncoder(
      source + ("video/x-raw,format=I420,width=" + std::to_string(format.size.width)) +
          ",height=" + std::to_string(format.size.height) +
          ",framerate=" + std::to_string(format.frame_rate) + "/1 ! " + encoder_text(format) + sink,
      std::move(done)));
}

std::unique_ptr<LiveEncoder> LiveEncoder::audio(Done done) {
  return std::unique_ptr<LiveEncoder>(
      new LiveEncoder(std::string(source) +
                          "audio/x-raw,format=F32LE,rate=48000,channels=1,layout=interleaved"
                          " ! audioconvert ! opusenc bitrate=40000 ! rtpopuspay" +
                          sink,
                      std::move(done)));
}

LiveEncoder::LiveEncoder(const std::string& text, Done done) : done_(std::move(done)) {
  const bool is_sound = text.find("opusenc") != std::string::npos;
  pipeline_ = start(text, [this, is_sound, owner = anchor_.handle()](const auto& sample) {
    GstMapInfo map;
    gst_buffer_map(gst_sample_get_buffer(sample.get()), &map, GST_MAP_READ);
    const auto packet = read_rtp({map.data, map.size});
    if (packet) {
      owner.post([this, is_last = is_sound || packet->header.marker,
                  payload = std::vector(packet->payload.begin(), packet->payload.end())] {
        frame_.payloads.push_back(payload);
        if (is_last) done_(std::exchange(frame_, {}));
      });
    }
    gst_buffer_unmap(gst_sample_get_buffer(sample.get()), &map);
  });
}

void LiveEncoder::push(const void* data, std::size_t size, std::chrono::nanoseconds time) {
  push_to(*pipeline_, data, size, time);
}

void LiveEncoder::request_keyframe() {
  gst::request_keyframe_from(pipeline_->element("out").get());
}

std::unique_ptr<LiveDecoder> LiveDecoder::video(VideoCodec codec, Done done) {
  const bool is_vp8 = codec == VideoCodec::vp8;
  return std::unique_ptr<LiveDecoder>(new LiveDecoder(
      source + ("application/x-rtp,media=video,clock-rate=90000,encoding-name=" + name(codec)) +
          ",payload=" + std::to_string(payload_type_of(codec)) +
          (is_vp8 ? " ! rtpvp8depay wait-for-keyframe=true ! vp8dec threads=1"
                  : " ! rtph264depay wait-for-keyframe=true ! avdec_h264 max-threads=1") +
          sink,
      90'000, std::move(done)));
}

std::unique_ptr<LiveDecoder> LiveDecoder::audio(Done done) {
  return std::unique_ptr<LiveDecoder>(new LiveDecoder(
      std::string(source) +
          "application/x-rtp,media=audio,clock-rate=48000,encoding-name=OPUS,payload=" +
          std::to_string(opus_payload_type) +
          " ! rtpopusdepay ! opusdec ! audioconvert"
          " ! audio/x-raw,format=F32LE,rate=48000,channels=1,layout=interleaved" +
          sink,
      48'000, std::move(done)));
}

LiveDecoder::LiveDecoder(const std::string& text, int clock_rate, Done done)
    : clock_rate_(clock_rate), done_(std::move(done)) {
  pipeline_ = start(text, [this, owner = anchor_.handle()](gst::Ref<GstSample> sample) {
    owner.post([this, now = Clock::now(), sample = std::move(sample)] {
      const double seconds =
          static_cast<double>(GST_BUFFER_PTS(gst_sample_get_buffer(sample.get()))) / GST_SECOND;
      done_(
          {static_cast<std::uint32_t>(first_ + std::llround(seconds * clock_rate_)), now, sample});
    });
  });
}

void LiveDecoder::push(Bytes packet, std::uint32_t timestamp) {
  if (!latest_) {
    latest_ = timestamp;
    first_ = timestamp;
  }
  latest_ = *latest_ + static_cast<std::int32_t>(timestamp - static_cast<std::uint32_t>(*latest_));
  push_to(*pipeline_, packet.data(), packet.size(),
          std::chrono::nanoseconds((*latest_ - first_) * 1'000'000'000 / clock_rate_));
}

}  // namespace tessera::bench
