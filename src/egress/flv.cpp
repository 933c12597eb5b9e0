#include "egress/flv.h"

#include <cstring>
#include <memory>

#include "gst/pads.h"

namespace tessera::egress {
namespace {

constexpr std::size_t tag_header_size = 11;

// Used on the pad's streaming thread.
struct Stamps {
  Beginning beginning;
  GstClockTime latest = GST_CLOCK_TIME_NONE;
};

GstBuffer* stamped(GstBuffer* buffer, Stamps& stamps) {
  if (GST_BUFFER_PTS_IS_VALID(buffer)) stamps.latest = GST_BUFFER_PTS(buffer);
  const GstClockTime time =
      GST_CLOCK_TIME_IS_VALID(stamps.latest) ? stamps.latest : stamps.beginning->load();
  buffer = gst_buffer_make_writable(buffer);
  GstMapInfo map;
  if (!gst_buffer_map(buffer, &map, GST_MAP_READWRITE)) return buffer;
  const std::span<std::uint8_t> bytes(map.data, map.size);
  if (is_flv_tag(bytes)) {
    set_flv_timestamp(bytes, static_cast<std::uint32_t>(time / GST_MSECOND));
  }
  gst_buffer_unmap(buffer, &map);
  return buffer;
}

// rtmp2sink would send the headers out of the caps, with the times that they have there, and not
// those that come as buffers.
GstEvent* without_stream_headers(GstEvent* event) {
  GstCaps* caps = nullptr;
  gst_event_parse_caps(event, &caps);
  const auto plain = gst::Ref<GstCaps>::adopt(gst_caps_copy(caps));
  gst_structure_remove_field(gst_caps_get_structure(plain.get(), 0), "streamheader");
  const auto replaced = gst::Ref<GstEvent>::adopt(event);
  return gst_event_new_caps(plain.get());
}

GstPadProbeReturn stamp(GstPad*, GstPadProbeInfo* info, gpointer data) {
  auto& stamps = *static_cast<Stamps*>(data);
  if ((GST_PAD_PROBE_INFO_TYPE(info) & GST_PAD_PROBE_TYPE_BUFFER) != 0) {
    GST_PAD_PROBE_INFO_DATA(info) = stamped(GST_PAD_PROBE_INFO_BUFFER(info), stamps);
  } else if (GST_EVENT_TYPE(GST_PAD_PROBE_INFO_EVENT(info)) == GST_EVENT_CAPS) {
    GST_PAD_PROBE_INFO_DATA(info) = without_stream_headers(GST_PAD_PROBE_INFO_EVENT(info));
  }
  return GST_PAD_PROBE_OK;
}

}  // namespace

bool is_flv_tag(std::span<const std::uint8_t> bytes) {
  return bytes.size() >= tag_header_size && std::memcmp(bytes.data(), "FLV", 3) != 0;
}

void set_flv_timestamp(std::span<std::uint8_t> tag, std::uint32_t milliseconds) {
  tag[4] = static_cast<std::uint8_t>(milliseconds >> 16);
  tag[5] = static_cast<std::uint8_t>(milliseconds >> 8);
  tag[6] = static_cast<std::uint8_t>(milliseconds);
  tag[7] = static_cast<std::uint8_t>(milliseconds >> 24);
}

void stamp_flv_tags(const gst::Pipeline& pipeline, const std::string& element,
                    const Beginning& beginning) {
  const auto pad = gst::static_pad(pipeline.element(element).get(), "sink");
  gst_pad_add_probe(
      pad.get(), GstPadProbeType(GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM),
      stamp, new Stamps{beginning}, [](gpointer data) { delete static_cast<Stamps*>(data); });
}

}  // namespace tessera::egress
