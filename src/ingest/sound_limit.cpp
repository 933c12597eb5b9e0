#include "ingest/sound_limit.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "gst/pads.h"

namespace tessera::ingest {
namespace {

// False of what is no number.
bool is_in_range(float sample) { return std::abs(sample) <= 1; }

float limited(float sample) { return std::isnan(sample) ? 0 : std::clamp(sample, -1.0F, 1.0F); }

std::span<float> samples_of(const GstMapInfo& map) {
  return {reinterpret_cast<float*>(map.data), map.size / sizeof(float)};
}

bool is_sound(GstBuffer* buffer) {
  GstMapInfo map;
  if (!gst_buffer_map(buffer, &map, GST_MAP_READ)) return false;
  const bool is = std::ranges::all_of(samples_of(map), is_in_range);
  gst_buffer_unmap(buffer, &map);
  return is;
}

GstPadProbeReturn limit(GstPad*, GstPadProbeInfo* info, gpointer) {
  if (is_sound(GST_PAD_PROBE_INFO_BUFFER(info))) return GST_PAD_PROBE_OK;
  GstBuffer* buffer = gst_buffer_make_writable(GST_PAD_PROBE_INFO_BUFFER(info));
  GST_PAD_PROBE_INFO_DATA(info) = buffer;
  GstMapInfo map;
  if (!gst_buffer_map(buffer, &map, GST_MAP_READWRITE)) return GST_PAD_PROBE_DROP;
  std::ranges::transform(samples_of(map), samples_of(map).begin(), limited);
  gst_buffer_unmap(buffer, &map);
  return GST_PAD_PROBE_OK;
}

}  // namespace

void limit_sound(GstElement* element) {
  const auto pad = gst::static_pad(element, "sink");
  gst_pad_add_probe(pad.get(), GST_PAD_PROBE_TYPE_BUFFER, limit, nullptr, nullptr);
}

}  // namespace tessera::ingest
