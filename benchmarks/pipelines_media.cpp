#include "pipelines_media.h"

#include <gst/app/gstappsink.h>
#include <gst/video/video.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numbers>
#include <random>

#include "gst/pipeline.h"
#include "gst/raw_video.h"
#include "load/time_code.h"
#include "support/sinks.h"

namespace tessera::bench {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr int samples_per_frame = samples_per_second / sound_frames_per_second;

nanoseconds time_of(int frame, int rate) { return nanoseconds(1s) * frame / rate; }

gst::Ref<GstSample> sample_of(const void* content, std::size_t size, const std::string& caps) {
  const auto form = gst::Ref<GstCaps>::adopt(gst_caps_from_string(caps.c_str()));
  const auto buffer = gst::Ref<GstBuffer>::adopt(gst_buffer_new_memdup(content, size));
  return gst::Ref<GstSample>::adopt(gst_sample_new(buffer.get(), form.get(), nullptr, nullptr));
}

// The pixels of I420 without padding; as GStreamer has them, each row begins at a multiple of 4.
gst::Ref<GstSample> picture_of(const std::vector<std::uint8_t>& pixels, Resolution size) {
  GstVideoInfo info;
  gst_video_info_set_format(&info, GST_VIDEO_FORMAT_I420, static_cast<guint>(size.width),
                            static_cast<guint>(size.height));
  std::vector<std::uint8_t> padded(GST_VIDEO_INFO_SIZE(&info));
  auto from = pixels.begin();
  for (int plane = 0; plane < 3; ++plane) {
    const int width = GST_VIDEO_INFO_COMP_WIDTH(&info, plane);
    for (int row = 0; row < GST_VIDEO_INFO_COMP_HEIGHT(&info, plane); ++row, from += width) {
      std::copy_n(from, width,
                  padded.begin() +
                      static_cast<std::ptrdiff_t>(GST_VIDEO_INFO_PLANE_OFFSET(&info, plane) +
                                                  static_cast<std::size_t>(row) *
                                                      GST_VIDEO_INFO_PLANE_STRIDE(&info, plane)));
    }
  }
  return sample_of(
      padded.data(), padded.size(),
      gst::raw_video_caps(size) + ",framerate=" + std::to_string(frames_per_second) + "/1");
}

Media sound_of(const std::vector<float>& samples) {
  Media media;
  for (std::size_t at = 0; at + samples_per_frame <= samples.size(); at += samples_per_frame) {
    const auto frame =
        sample_of(samples.data() + at, samples_per_frame * sizeof(float),
                  "audio/x-raw,format=F32LE,rate=48000,channels=1,layout=interleaved");
    media.push_back(
        at_time(frame, time_of(static_cast<int>(media.size()), sound_frames_per_second)));
  }
  return media;
}

Error wrong(const std::string& what) { return {"wrong_output", what}; }

}  // namespace

gst::Ref<GstSample> at_time(const gst::Ref<GstSample>& sample, nanoseconds time) {
  const auto copy =
      gst::Ref<GstBuffer>::adopt(gst_buffer_copy(gst_sample_get_buffer(sample.get())));
  GST_BUFFER_PTS(copy.get()) = static_cast<GstClockTime>(time.count());
  GST_BUFFER_DTS(copy.get()) = GST_CLOCK_TIME_NONE;
  return gst::Ref<GstSample>::adopt(
      gst_sample_new(copy.get(), gst_sample_get_caps(sample.get()), nullptr, nullptr));
}

Media extended(const Media& media, int frames, int rate) {
  const int last = static_cast<int>(media.size()) - 1;
  Media longer;
  for (int i = 0; i < frames; ++i) {
    const int place = last == 0 ? 0 : i % (2 * last);
    const auto& frame = media[static_cast<std::size_t>(place <= last ? place : 2 * last - place)];
    longer.push_back(at_time(frame, time_of(i, rate)));
  }
  return longer;
}

Media repeated(const Media& media, int frames, int rate) {
  Media longer;
  for (int i = 0; i < frames; ++i) {
    longer.push_back(at_time(media[static_cast<std::size_t>(i) % media.size()], time_of(i, rate)));
  }
  return longer;
}

Media solid_picture(Resolution size, const test::Pixel& colour, int frames) {
  const auto luma = static_cast<std::size_t>(size.width) * size.height;
  std::vector<std::uint8_t> pixels(luma * 3 / 2, static_cast<std::uint8_t>(colour.y));
  const auto chroma = pixels.begin() + static_cast<std::ptrdiff_t>(luma);
  std::fill_n(chroma, luma / 4, static_cast<std::uint8_t>(colour.u));
  std::fill_n(chroma + static_cast<std::ptrdiff_t>(luma / 4), luma / 4,
              static_cast<std::uint8_t>(colour.v));
  return extended({picture_of(pixels, size)}, frames, frames_per_second);
}

Media numbered_pictures(Resolution size, int count, int first) {
  Media media;
  for (int i = 0; i < count; ++i) {
    const auto picture = picture_of(picture_with_time_code(size, (first + i) % count), size);
    media.push_back(at_time(picture, time_of(i, frames_per_second)));
  }
  return media;
}

Media tone(int frames, double hz) {
  std::vector<float> samples(static_cast<std::size_t>(frames) * samples_per_frame);
  const double step = 2 * std::numbers::pi * hz / samples_per_second;
  const double amplitude = std::pow(10, tone_db / 20);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    samples[i] = static_cast<float>(amplitude * std::sin(step * static_cast<double>(i)));
  }
  return sound_of(samples);
}

Media noise(int frames) {
  std::mt19937 random(1);  // The same every time.
  std::normal_distribution<float> white(0, 0.05F);
  std::vector<float> samples(static_cast<std::size_t>(frames) * samples_per_frame);
  float low_passed = 0;
  for (float& sample : samples) sample = low_passed += 0.15F * (white(random) - low_passed);
  return sound_of(samples);
}

Result<Media> produce(const std::string& text, std::size_t most, const std::string& file) {
  const auto pipeline = gst::Pipeline::create("media", text);
  if (!pipeline) return Error{"unreadable_media", pipeline.error().message};
  if (!file.empty()) (*pipeline)->set("file", "location", file.c_str());
  const Error unreadable{"unreadable_media", (file.empty() ? text : file) + " can't be played"};
  if (!(*pipeline)->start()) return unreadable;
  const auto sink = (*pipeline)->element("out");
  Media media;
  while (media.size() < most) {
    const auto sample = gst::Ref<GstSample>::adopt(
        gst_app_sink_try_pull_sample(GST_APP_SINK(sink.get()), 10 * GST_SECOND));
    if (!sample) break;
    const GstClockTime time =
        gst_segment_to_running_time(gst_sample_get_segment(sample.get()), GST_FORMAT_TIME,
                                    GST_BUFFER_PTS(gst_sample_get_buffer(sample.get())));
    media.push_back(at_time(sample, nanoseconds(time)));
  }
  if (media.empty()) return unreadable;
  return media;
}

Result<Media> footage(const std::string& file, Resolution size) {
  constexpr std::size_t seconds = 2;
  const std::string source =
      file.empty() ? "videotestsrc pattern=zone-plate kx2=12 ky2=9 kt=4"
                   : "filesrc name=file ! decodebin ! videorate ! videoconvert ! videoscale";
  return produce(source + " ! " + gst::raw_video_caps(size) +
                     ",framerate=" + std::to_string(frames_per_second) +
                     "/1 ! appsink name=out sync=false max-buffers=2",
                 seconds * frames_per_second, file);
}

Result<void> expect_count(std::size_t count, int expected, int tolerance) {
  if (std::abs(static_cast<int>(count) - expected) <= tolerance) return {};
  return wrong(std::to_string(count) + " frames came out, not " + std::to_string(expected));
}

Result<void> expect_picture(const Media& pictures, int count, Resolution size,
                            const test::Pixel& colour) {
  if (const auto right = expect_count(pictures.size(), count, 0); !right) return right;
  test::Received received;
  received.add_frame(pictures.back());
  const Resolution got = received.size();
  if (got != size) {
    return wrong("the pictures are " + std::to_string(got.width) + "x" +
                 std::to_string(got.height));
  }
  const auto pixel = received.pixel(0.5, 0.5);
  if (test::is_near(pixel, colour)) return {};
  return wrong("the colour is " + test::describe(pixel) + ", not " + test::describe(colour));
}

double level_of(const Media& sound, double hz) {
  test::Received received;
  for (const auto& sample : sound) {
    GstMapInfo map;
    gst_buffer_map(gst_sample_get_buffer(sample.get()), &map, GST_MAP_READ);
    received.add_sound(reinterpret_cast<const float*>(map.data), map.size / sizeof(float));
    gst_buffer_unmap(gst_sample_get_buffer(sample.get()), &map);
  }
  constexpr double nothing = -999;
  return received.tone_db(hz).value_or(nothing);
}

Result<void> expect_tone(const Media& sound, int count, double hz) {
  if (const auto right = expect_count(sound.size(), count, 1); !right) return right;
  const double level = level_of(sound, hz);
  if (std::abs(level - tone_db) < 1) return {};
  return wrong("the tone is at " + std::to_string(std::lround(level)) + " dB, not " +
               std::to_string(std::lround(tone_db)));
}

}  // namespace tessera::bench
