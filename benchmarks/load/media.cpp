#include "load/media.h"

#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <gst/gst.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <utility>

#include "gst/ref.h"
#include "load/bytes.h"
#include "load/rtp.h"

namespace tessera::bench {
namespace {

using namespace std::chrono_literals;

constexpr int seconds = 10;
constexpr int sample_rate = 48'000;
constexpr int samples_per_packet = sample_rate / 50;

// Runs a description to its end and hands on the RTP packets that arrive at its appsink "out".
// `feed` gets its appsrc "in", if there is one.
Result<std::vector<EncodedFrame>> run(const std::string& text, const std::string& file,
                                      const std::vector<float>& samples) {
  GError* raw_error = nullptr;
  const auto pipeline = gst::Ref<GstElement>::share(
      gst_parse_launch_full(text.c_str(), nullptr, GST_PARSE_FLAG_FATAL_ERRORS, &raw_error));
  const GErrorPtr error(raw_error);
  if (error) return Error{"unreadable_media", error->message};
  const auto part = [&](const char* name) {
    return gst::Ref<GstElement>::adopt(gst_bin_get_by_name(GST_BIN(pipeline.get()), name));
  };
  if (const auto source = part("file")) {
    g_object_set(source.get(), "location", file.c_str(), nullptr);
  }
  gst_element_set_state(pipeline.get(), GST_STATE_PLAYING);
  if (const auto source = part("in")) {
    GstBuffer* buffer = gst_buffer_new_memdup(samples.data(), samples.size() * sizeof(float));
    GST_BUFFER_PTS(buffer) = 0;
    gst_app_src_push_buffer(GST_APP_SRC(source.get()), buffer);
    gst_app_src_end_of_stream(GST_APP_SRC(source.get()));
  }
  std::vector<EncodedFrame> frames;
  const auto sink = part("out");
  const auto bus = gst::Ref<GstBus>::adopt(gst_element_get_bus(pipeline.get()));
  gst::Ref<GstMessage> fault;
  bool is_frame_open = false;
  std::uint32_t timestamp = 0;
  // A pipeline that failed sends neither a sample nor an end.
  while (!fault && !gst_app_sink_is_eos(GST_APP_SINK(sink.get()))) {
    fault = gst::Ref<GstMessage>::adopt(gst_bus_pop_filtered(bus.get(), GST_MESSAGE_ERROR));
    const auto sample = gst::Ref<GstSample>::adopt(
        gst_app_sink_try_pull_sample(GST_APP_SINK(sink.get()), GST_SECOND / 10));
    if (!sample) continue;
    GstMapInfo map;
    gst_buffer_map(gst_sample_get_buffer(sample.get()), &map, GST_MAP_READ);
    const auto packet = read_rtp({map.data, map.size});
    if (packet) {
      if (!is_frame_open || packet->header.timestamp != timestamp) frames.emplace_back();
      is_frame_open = true;
      timestamp = packet->header.timestamp;
      frames.back().payloads.emplace_back(packet->payload.begin(), packet->payload.end());
    }
    gst_buffer_unmap(gst_sample_get_buffer(sample.get()), &map);
  }
  gst_element_set_state(pipeline.get(), GST_STATE_NULL);
  if (fault) {
    GError* raw_reason = nullptr;
    gst_message_parse_error(fault.get(), &raw_reason, nullptr);
    return Error{"unreadable_media", GErrorPtr(raw_reason)->message};
  }
  if (frames.empty()) return Error{"unreadable_media", "There is nothing in it."};
  return frames;
}

// As RFC 6464 has it.
int level_of(const float* samples) {
  double energy = 0;
  for (int i = 0; i < samples_per_packet; ++i) energy += double{samples[i]} * samples[i];
  const double decibels = 10 * std::log10(energy / samples_per_packet + 1e-13);
  return std::clamp(static_cast<int>(std::lround(-decibels)), 0, 127);
}

Result<Track> encode_sound(const std::vector<float>& samples) {
  auto frames =
      run("appsrc name=in format=time caps=audio/x-raw,format=F32LE,rate=48000,channels=1,"
          "layout=interleaved ! audioconvert ! opusenc audio-type=voice bitrate=40000"
          " ! rtpopuspay ! appsink name=out sync=false",
          "", samples);
  if (!frames) return frames.error();
  const std::size_t packets = samples.size() / samples_per_packet;
  if (frames->size() > packets) frames->resize(packets);  // The encoder's look-ahead.
  for (std::size_t i = 0; i < frames->size(); ++i) {
    (*frames)[i].audio_level = level_of(samples.data() + i * samples_per_packet);
  }
  return Track{opus_payload_type, samples_per_packet, 20ms, std::move(*frames)};
}

std::vector<float> noise(double volume) {
  std::mt19937 random(1);  // The same every time.
  std::normal_distribution<float> white;
  std::vector<float> samples(static_cast<std::size_t>(seconds) * sample_rate);
  float low_passed = 0;
  for (float& sample : samples) {
    low_passed += 0.15F * (white(random) - low_passed);
    sample = static_cast<float>(volume) * low_passed;
  }
  return samples;
}

}  // namespace

std::string encoder_text(const VideoFormat& format) {
  const std::string kbps = std::to_string(format.bitrate.kbps);
  if (format.codec == VideoCodec::vp8) {
    return "vp8enc deadline=1 cpu-used=8 threads=1 end-usage=cbr lag-in-frames=0"
           " keyframe-mode=disabled keyframe-max-dist=3000 target-bitrate=" +
           std::to_string(format.bitrate.bps()) + " ! rtpvp8pay mtu=1200";
  }
  return "x264enc tune=zerolatency speed-preset=veryfast key-int-max=3000 bitrate=" + kbps +
         " ! video/x-h264,profile=constrained-baseline"
         " ! rtph264pay mtu=1200 config-interval=-1 aggregate-mode=zero-latency";
}

Result<Track> encode_video(const std::string& file, const VideoFormat& format) {
  const std::string source =
      file.empty() ? "videotestsrc num-buffers=" + std::to_string(seconds * format.frame_rate) +
                         " pattern=zone-plate kx2=12 ky2=9 kt=4"
                   : "filesrc name=file ! decodebin";
  auto frames =
      run(source +
              " ! videorate ! videoconvert ! videoscale"
              " ! video/x-raw,format=I420,pixel-aspect-ratio=1/1,width=" +
              std::to_string(format.size.width) + ",height=" + std::to_string(format.size.height) +
              ",framerate=" + std::to_string(format.frame_rate) + "/1 ! " + encoder_text(format) +
              " ! appsink name=out sync=false",
          file, {});
  if (!frames) return Error{frames.error().code, file + ": " + frames.error().message};
  const auto most = static_cast<std::size_t>(seconds) * format.frame_rate;
  if (frames->size() > most) frames->resize(most);
  return Track{payload_type_of(format.codec), 90'000U / static_cast<unsigned>(format.frame_rate),
               std::chrono::nanoseconds(1s) / format.frame_rate, std::move(*frames)};
}

Result<Track> encode_speech() {
  std::vector<float> samples = noise(0.3);
  constexpr double syllables_per_second = 4;
  constexpr double pause_every = 3;  // Seconds, of which the last half is silent.
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const double time = static_cast<double>(i) / sample_rate;
    const double syllable = std::pow(std::sin(M_PI * syllables_per_second * time), 2);
    const bool pauses = std::fmod(time, pause_every) > pause_every - 0.5;
    samples[i] *= static_cast<float>(pauses ? 0.003 : 0.05 + syllable);
  }
  return encode_sound(samples);
}

Result<Track> encode_silence() { return encode_sound(noise(0.0003)); }

}  // namespace tessera::bench
