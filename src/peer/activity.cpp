#include "peer/activity.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <functional>
#include <numeric>
#include <span>

#include "gst/pads.h"
#include "gst/ref.h"
#include "gst/runtime.h"
#include "peer/elements.h"

namespace tessera::peer {
namespace {

constexpr int silence = 127;

// In decibels below overload, as RFC 6464 says it.
int level_of(std::span<const float> samples) {
  const float power = std::transform_reduce(samples.begin(), samples.end(), 0.0F, std::plus<>(),
                                            [](float sample) { return sample * sample; });
  if (power <= 0) return silence;
  const float mean = power / static_cast<float>(samples.size());
  return std::clamp(static_cast<int>(std::lround(-10 * std::log10(mean))), 0, silence);
}

}  // namespace

struct Activity::Noted {
  std::atomic<GstClockTime> last_packet_at = 0;
  // How many levels, and their sum in the upper half.
  std::atomic<std::uint64_t> levels = 0;

  void note_packet(GstPadProbeInfo*) { last_packet_at = gst::running_time(); }

  void add_level(int level) { levels += (static_cast<std::uint64_t>(level) << 32) + 1; }

  void note_sound(GstPadProbeInfo* info) {
    GstMapInfo map;
    if (!gst_buffer_map(GST_PAD_PROBE_INFO_BUFFER(info), &map, GST_MAP_READ)) return;
    add_level(level_of({reinterpret_cast<const float*>(map.data), map.size / sizeof(float)}));
    gst_buffer_unmap(GST_PAD_PROBE_INFO_BUFFER(info), &map);
  }
};

namespace {

template <typename Noted>
void watch(GstElement* element, const char* pad_name, GstPadProbeType what,
           void (Noted::*note)(GstPadProbeInfo*), const std::shared_ptr<Noted>& noted) {
  struct Watch {
    std::shared_ptr<Noted> noted;
    void (Noted::*note)(GstPadProbeInfo*);
  };
  const auto pad = gst::static_pad(element, pad_name);
  gst_pad_add_probe(
      pad.get(), what,
      [](GstPad*, GstPadProbeInfo* info, gpointer data) {
        const auto* watch = static_cast<Watch*>(data);
        ((*watch->noted).*watch->note)(info);
        return GST_PAD_PROBE_OK;
      },
      new Watch{noted, note}, [](gpointer data) { delete static_cast<Watch*>(data); });
}

}  // namespace

Activity::Activity() : noted_(std::make_shared<Noted>()) {}

void Activity::watch_transport(GstElement* webrtc) {
  noted_->last_packet_at = gst::running_time();
  // A bundle has one.
  for_each_element(webrtc, "nicesrc", [this](GstElement* source) {
    watch(source, "src", gst::buffers_and_lists, &Noted::note_packet, noted_);
  });
}

std::function<void(int level)> Activity::level_noter() {
  return [noted = noted_](int level) { noted->add_level(level); };
}

void Activity::measure_levels(GstElement* sink) {
  watch(sink, "sink", GST_PAD_PROBE_TYPE_BUFFER, &Noted::note_sound, noted_);
}

Duration Activity::silent_for() const {
  const GstClockTime now = gst::running_time();
  const GstClockTime last = noted_->last_packet_at;
  return std::chrono::duration_cast<Duration>(
      std::chrono::nanoseconds(now > last ? now - last : 0));
}

std::optional<int> Activity::take_level() {
  const std::uint64_t levels = noted_->levels.exchange(0);
  const std::uint64_t count = levels & 0xffffffff;
  if (count == 0) return std::nullopt;
  return static_cast<int>((levels >> 32) / count);
}

}  // namespace tessera::peer
