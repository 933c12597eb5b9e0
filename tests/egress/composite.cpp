#include "egress/composite.h"

#include <cmath>
#include <numbers>
#include <string>

#include "gst/pads.h"
#include "gst/runtime.h"

namespace tessera::test {
namespace {

constexpr int width = 320;
constexpr int height = 180;
constexpr int sample_rate = 48000;

const std::string picture_text =
    "videotestsrc is-live=true pattern=black"
    " ! video/x-raw,format=I420,width=320,height=180,framerate=30/1,colorimetry=bt601"
    " ! identity name=raw ! ";
const std::string sound_text =
    "audiotestsrc is-live=true wave=silence samplesperbuffer=480"
    " ! audio/x-raw,format=F32LE,rate=48000,channels=1,layout=interleaved"
    " ! identity name=raw ! ";

const std::string aac =
    "audioconvert ! avenc_aac bitrate=96000 ! aacparse"
    " ! audio/mpeg,mpegversion=4,stream-format=raw";
const std::string opus = "audioconvert ! opusenc frame-size=20";

std::string h264(Bitrate bitrate, const std::string& profile) {
  return "x264enc speed-preset=superfast tune=zerolatency bframes=0 key-int-max=60"
         " min-force-key-unit-interval=500000000 vbv-buf-capacity=120"
         " option-string=nal-hrd=cbr:filler=1 bitrate=" +
         std::to_string(bitrate.kbps) +
         " ! video/x-h264,stream-format=byte-stream,alignment=au,profile=" + profile;
}

std::string vp8(Bitrate bitrate) {
  return "vp8enc deadline=1 cpu-used=-14 lag-in-frames=0 keyframe-mode=disabled"
         " keyframe-max-dist=2000 min-force-key-unit-interval=500000000 target-bitrate=" +
         std::to_string(bitrate.kbps * 1000);
}

std::string encoder(Composite::Encoding encoding, Bitrate bitrate) {
  switch (encoding) {
    case Composite::Encoding::h264_aac:
      return h264(bitrate, "constrained-baseline");
    case Composite::Encoding::h264_main_aac:
      return h264(bitrate, "main");
    case Composite::Encoding::vp8_opus:
      break;
  }
  return vp8(bitrate);
}

constexpr GstClockTime frame = GST_SECOND / 30;

bool is_flash(GstClockTime at) { return at % GST_SECOND < 100 * GST_MSECOND; }

// The buffer at a probe, to be written to.
GstBuffer* writable(GstPadProbeInfo* info) {
  GstBuffer* buffer = gst_buffer_make_writable(GST_PAD_PROBE_INFO_BUFFER(info));
  GST_PAD_PROBE_INFO_DATA(info) = buffer;
  return buffer;
}

double sine(double hz, double seconds) { return std::sin(2 * std::numbers::pi * hz * seconds); }

}  // namespace

Composite::Composite(Encoding encoding, Bitrate video)
    : picture_(std::make_unique<Source>(picture_text + encoder(encoding, video))),
      sound_(std::make_unique<Source>(sound_text + (encoding == Encoding::vp8_opus ? opus : aac))) {
  const auto watch = [&](Source& source, GstPadProbeCallback callback) {
    const auto pad = gst::static_pad(source.pipeline().element("raw").get(), "src");
    gst_pad_add_probe(pad.get(), GST_PAD_PROBE_TYPE_BUFFER, callback, &marks_, nullptr);
  };
  watch(*picture_, paint);
  watch(*sound_, play);
}

void Composite::mark() {
  marks_.until = GST_CLOCK_TIME_NONE;
  marks_.from = gst::running_time();
}

void Composite::unmark() { marks_.until = gst::running_time(); }

GstPadProbeReturn Composite::paint(GstPad*, GstPadProbeInfo* info, gpointer marks) {
  GstBuffer* buffer = writable(info);
  // The first comes whenever the pipeline begins. On whole thirtieths a flash begins with its beep.
  GstClockTime& late = static_cast<Marks*>(marks)->late;
  if (late == GST_CLOCK_TIME_NONE) late = GST_BUFFER_PTS(buffer) % GST_SECOND % frame;
  GST_BUFFER_PTS(buffer) -= late;
  const GstClockTime at = GST_BUFFER_PTS(buffer);
  const bool is_marked = static_cast<const Marks*>(marks)->cover(at);
  constexpr GstClockTime rounding = GST_MSECOND;
  const Pixel colour = is_marked                 ? yuv(0, 0, 255)
                       : is_flash(at + rounding) ? Pixel{235, 128, 128}
                                                 : yuv(255, 0, 0);
  constexpr gsize luma = width * height;
  constexpr gsize chroma = (width / 2) * (height / 2);
  gst_buffer_memset(buffer, 0, static_cast<guint8>(colour.y), luma);
  gst_buffer_memset(buffer, luma, static_cast<guint8>(colour.u), chroma);
  gst_buffer_memset(buffer, luma + chroma, static_cast<guint8>(colour.v), chroma);
  return GST_PAD_PROBE_OK;
}

GstPadProbeReturn Composite::play(GstPad*, GstPadProbeInfo* info, gpointer marks) {
  GstBuffer* buffer = writable(info);
  GstMapInfo map;
  gst_buffer_map(buffer, &map, GST_MAP_WRITE);
  GST_BUFFER_FLAG_UNSET(buffer, GST_BUFFER_FLAG_GAP);
  auto* samples = reinterpret_cast<float*>(map.data);
  for (gsize i = 0; i < map.size / sizeof(float); ++i) {
    const GstClockTime at = GST_BUFFER_PTS(buffer) + i * GST_SECOND / sample_rate;
    const double seconds = static_cast<double>(at % GST_SECOND) / GST_SECOND;
    const bool is_marked = static_cast<const Marks*>(marks)->cover(at);
    const double sample = is_marked      ? 0.5 * sine(mark_hz, seconds)
                          : is_flash(at) ? 0.5 * sine(beep_hz, seconds)
                                         : 0.05 * sine(tone_hz, seconds);
    samples[i] = static_cast<float>(sample);
  }
  gst_buffer_unmap(buffer, &map);
  return GST_PAD_PROBE_OK;
}

}  // namespace tessera::test
