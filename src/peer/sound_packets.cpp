#include "peer/sound_packets.h"

#include <gst/rtp/gstrtpbuffer.h>

#include <cstdint>
#include <optional>
#include <utility>

#include "gst/pads.h"

namespace tessera::peer {
namespace {

// No network loses as much at once and goes on.
constexpr GstClockTime longest_loss = GST_SECOND;

// In decibels below overload: 0 is the loudest, 127 silence.
std::optional<int> level_in(GstRTPBuffer* rtp, int extension) {
  gpointer data = nullptr;
  guint size = 0;
  guint8 application_bits = 0;
  const auto id = static_cast<guint8>(extension);
  const bool is_there =
      gst_rtp_buffer_get_extension_onebyte_header(rtp, id, 0, &data, &size) ||
      gst_rtp_buffer_get_extension_twobytes_header(rtp, &application_bits, id, 0, &data, &size);
  if (!is_there || size == 0) return std::nullopt;
  return *static_cast<const std::uint8_t*>(data) & 0x7f;
}

GstPadProbeReturn drop_long_loss(GstPad*, GstPadProbeInfo* info, gpointer) {
  const GstEvent* event = GST_PAD_PROBE_INFO_EVENT(info);
  if (!gst_event_has_name(const_cast<GstEvent*>(event), "GstRTPPacketLost")) {
    return GST_PAD_PROBE_OK;
  }
  GstClockTime duration = 0;
  gst_structure_get_clock_time(gst_event_get_structure(const_cast<GstEvent*>(event)), "duration",
                               &duration);
  return duration > longest_loss ? GST_PAD_PROBE_DROP : GST_PAD_PROBE_OK;
}

}  // namespace

PacketFilter levels_or_sound(const SoundPackets& sound, std::function<void(int)> note_level,
                             std::shared_ptr<const std::atomic<SoundInterest>> interest) {
  return [sound, note_level = std::move(note_level),
          interest = std::move(interest)](GstBuffer* packet) {
    GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
    if (!gst_rtp_buffer_map(packet, GST_MAP_READ, &rtp)) return true;
    const bool is_sound = gst_rtp_buffer_get_payload_type(&rtp) == sound.payload_type;
    const auto level = is_sound ? level_in(&rtp, sound.level_extension) : std::nullopt;
    gst_rtp_buffer_unmap(&rtp);
    if (level && *interest != SoundInterest::none) note_level(*level);
    return !is_sound || *interest == SoundInterest::all;
  };
}

void ignore_long_losses(GstElement* depayloader) {
  const auto pad = gst::static_pad(depayloader, "sink");
  gst_pad_add_probe(pad.get(), GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, drop_long_loss, nullptr,
                    nullptr);
}

}  // namespace tessera::peer
