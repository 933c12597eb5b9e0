#include "peer/reported_loss.h"

#include <gst/rtp/gstrtcpbuffer.h>

namespace tessera::peer {
namespace {

// The fraction, in 256ths, that a report on this stream names; nothing if the packet has none.
std::optional<int> fraction_in(GstRTCPPacket& packet, std::uint32_t ssrc) {
  const GstRTCPType type = gst_rtcp_packet_get_type(&packet);
  if (type != GST_RTCP_TYPE_RR && type != GST_RTCP_TYPE_SR) return std::nullopt;
  for (guint block = 0; block < gst_rtcp_packet_get_rb_count(&packet); ++block) {
    guint32 source = 0;
    guint8 fraction = 0;
    gint32 lost = 0;
    guint32 highest = 0;
    guint32 jitter = 0;
    guint32 last_report = 0;
    guint32 delay = 0;
    gst_rtcp_packet_get_rb(&packet, block, &source, &fraction, &lost, &highest, &jitter,
                           &last_report, &delay);
    if (source == ssrc) return fraction;
  }
  return std::nullopt;
}

void note_reports(GstBuffer* compound, std::uint32_t ssrc, std::atomic<int>& noted) {
  GstRTCPBuffer rtcp = GST_RTCP_BUFFER_INIT;
  if (!gst_rtcp_buffer_map(compound, GST_MAP_READ, &rtcp)) return;
  GstRTCPPacket packet;
  for (gboolean more = gst_rtcp_buffer_get_first_packet(&rtcp, &packet); more;
       more = gst_rtcp_packet_move_to_next(&packet)) {
    if (const auto fraction = fraction_in(packet, ssrc)) noted = *fraction;
  }
  gst_rtcp_buffer_unmap(&rtcp);
}

}  // namespace

void ReportedLoss::watch(GObject* rtp_session, std::uint32_t ssrc) {
  reports_ = Signal::connect<void(GstBuffer*)>(rtp_session, "on-receiving-rtcp",
                                               [ssrc, fraction = fraction_](GstBuffer* compound) {
                                                 note_reports(compound, ssrc, *fraction);
                                               });
}

}  // namespace tessera::peer
