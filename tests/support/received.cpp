#include "support/received.h"

#include <gst/video/video.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>

namespace tessera::test {
namespace {

constexpr int samples_per_second = 48000;
constexpr std::size_t kept_samples = samples_per_second / 2;
constexpr auto still_a_picture = std::chrono::seconds(1);
constexpr auto still_a_sound = std::chrono::milliseconds(300);
constexpr float silence = 0.001F;  // -60 dBFS.

Duration since(TimePoint then, TimePoint now) {
  return std::chrono::duration_cast<Duration>(now - then);
}

}  // namespace

void Received::add_frame(gst::Ref<GstSample> decoded) {
  const std::lock_guard lock(mutex_);
  latest_ = std::move(decoded);
  latest_at_ = Clock::now();
}

void Received::add_encoded_frame() {
  const std::lock_guard lock(mutex_);
  const TimePoint now = Clock::now();
  ++frames_;
  longest_freeze_ = std::max(longest_freeze_, since(last_frame_, now));
  last_frame_ = now;
}

void Received::add_sound(const float* samples, std::size_t count) {
  const std::lock_guard lock(mutex_);
  for (const float sample : std::span(samples, count)) {
    silent_samples_ = std::abs(sample) > silence ? 0 : silent_samples_ + 1;
    most_silent_samples_ = std::max(most_silent_samples_, silent_samples_);
  }
  sound_.insert(sound_.end(), samples, samples + count);
  sound_at_ = Clock::now();
  if (sound_.size() > kept_samples) {
    sound_.erase(sound_.begin(), sound_.end() - static_cast<std::ptrdiff_t>(kept_samples));
  }
}

void Received::add_sound_packet() {
  const std::lock_guard lock(mutex_);
  const TimePoint now = Clock::now();
  ++sound_packets_;
  longest_sound_gap_ = std::max(longest_sound_gap_, since(last_sound_, now));
  last_sound_ = now;
}

void Received::start_measuring() {
  const std::lock_guard lock(mutex_);
  frames_ = sound_packets_ = 0;
  measured_since_ = last_frame_ = last_sound_ = Clock::now();
  longest_freeze_ = longest_sound_gap_ = Duration{};
  silent_samples_ = most_silent_samples_ = 0;
  sound_.clear();
}

int Received::frames() const {
  const std::lock_guard lock(mutex_);
  return frames_;
}

int Received::sound_packets() const {
  const std::lock_guard lock(mutex_);
  return sound_packets_;
}

double Received::frames_per_second() const {
  const std::lock_guard lock(mutex_);
  const std::chrono::duration<double> time = Clock::now() - measured_since_;
  return frames_ / time.count();
}

Duration Received::longest_freeze() const {
  const std::lock_guard lock(mutex_);
  return std::max(longest_freeze_, since(last_frame_, Clock::now()));
}

Duration Received::longest_sound_gap() const {
  const std::lock_guard lock(mutex_);
  return std::max(longest_sound_gap_, since(last_sound_, Clock::now()));
}

Duration Received::longest_silence() const {
  const std::lock_guard lock(mutex_);
  return Duration(most_silent_samples_ * 1000 / samples_per_second);
}

Resolution Received::size() const {
  const std::lock_guard lock(mutex_);
  GstVideoInfo info;
  if (!latest_ || !gst_video_info_from_caps(&info, gst_sample_get_caps(latest_.get()))) return {};
  return {info.width, info.height};
}

std::optional<Pixel> Received::pixel(double x, double y) const {
  const std::lock_guard lock(mutex_);
  if (!latest_ || Clock::now() - latest_at_ > still_a_picture) return std::nullopt;
  GstVideoInfo info;
  gst_video_info_from_caps(&info, gst_sample_get_caps(latest_.get()));
  GstVideoFrame frame;
  gst_video_frame_map(&frame, &info, gst_sample_get_buffer(latest_.get()), GST_MAP_READ);
  const int column = std::clamp(static_cast<int>(x * info.width), 0, info.width - 1);
  const int row = std::clamp(static_cast<int>(y * info.height), 0, info.height - 1);
  const auto at = [&](int component, int step) {
    const auto* data = static_cast<const guint8*>(GST_VIDEO_FRAME_COMP_DATA(&frame, component));
    return static_cast<int>(
        data[(row / step) * GST_VIDEO_FRAME_COMP_STRIDE(&frame, component) + column / step]);
  };
  const Pixel pixel{at(0, 1), at(1, 2), at(2, 2)};
  gst_video_frame_unmap(&frame);
  return pixel;
}

std::optional<double> Received::tone_db(double hz) const {
  const std::lock_guard lock(mutex_);
  if (sound_.size() < kept_samples || Clock::now() - sound_at_ > still_a_sound) {
    return std::nullopt;
  }
  // A Hann window, so that one tone's side lobes don't hide another's absence.
  const double step = 2 * std::numbers::pi * hz / samples_per_second;
  const auto count = static_cast<double>(sound_.size());
  double in_phase = 0;
  double quadrature = 0;
  double weight = 0;
  for (std::size_t i = 0; i < sound_.size(); ++i) {
    const auto at = static_cast<double>(i);
    const double window = 0.5 - 0.5 * std::cos(2 * std::numbers::pi * at / count);
    in_phase += window * sound_[i] * std::cos(step * at);
    quadrature += window * sound_[i] * std::sin(step * at);
    weight += window;
  }
  const double amplitude = 2 * std::hypot(in_phase, quadrature) / weight;
  return 20 * std::log10(std::max(amplitude, 1e-9));
}

}  // namespace tessera::test
