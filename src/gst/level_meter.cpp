#include "gst/level_meter.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <span>

#include "gst/pads.h"

namespace tessera::gst {
namespace {

constexpr int silence = 127;

int level_of(std::span<const float> samples) {
  const float power = std::transform_reduce(samples.begin(), samples.end(), 0.0F, std::plus<>(),
                                            [](float sample) { return sample * sample; });
  if (power <= 0 || !std::isfinite(power)) return silence;
  const float mean = power / static_cast<float>(samples.size());
  return std::clamp(static_cast<int>(std::lround(-10 * std::log10(mean))), 0, silence);
}

}  // namespace

void LevelMeter::measure(GstElement* sink) {
  using Shared = std::shared_ptr<Levels>;
  const auto pad = static_pad(sink, "sink");
  gst_pad_add_probe(
      pad.get(), GST_PAD_PROBE_TYPE_BUFFER,
      [](GstPad*, GstPadProbeInfo* info, gpointer data) {
        GstMapInfo map;
        if (!gst_buffer_map(GST_PAD_PROBE_INFO_BUFFER(info), &map, GST_MAP_READ)) {
          return GST_PAD_PROBE_OK;
        }
        (*static_cast<Shared*>(data))
            ->add(level_of({reinterpret_cast<const float*>(map.data), map.size / sizeof(float)}));
        gst_buffer_unmap(GST_PAD_PROBE_INFO_BUFFER(info), &map);
        return GST_PAD_PROBE_OK;
      },
      new Shared(levels_), [](gpointer data) { delete static_cast<Shared*>(data); });
}

std::function<void(int level)> LevelMeter::adder() {
  return [levels = levels_](int level) { levels->add(level); };
}

std::optional<int> LevelMeter::take() {
  const std::uint64_t levels = levels_->sum_and_count.exchange(0);
  const std::uint64_t count = levels & 0xffffffff;
  if (count == 0) return std::nullopt;
  return static_cast<int>((levels >> 32) / count);
}

}  // namespace tessera::gst
