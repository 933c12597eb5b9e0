#include "peer/packet_limits.h"

#include <gst/rtp/gstrtcpbuffer.h>
#include <gst/rtp/gstrtpbuffer.h>
#include <opus/opus.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/allowance.h"
#include "gst/pads.h"
#include "peer/elements.h"
#include "peer/packet_filter.h"

namespace tessera::peer {
namespace {

constexpr std::ptrdiff_t most_ssrcs = 16;  // Of the offer's, and as many of others.

// A stream of 2 Mbit/s has 190 packets a second, and browsers ask for each as often as it gets lost
// again. After an outage they ask for up to 1,000 at once (libwebrtc: kMaxNackPackets).
constexpr int retransmissions_at_once = 1000;
constexpr int retransmissions_per_second = 500;

constexpr int opus_rate = 48000;  // RFC 7587, section 4.1.

std::optional<std::uint32_t> rtp_ssrc(GstBuffer* packet) {
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
  const auto how =
      GstMapFlags(GST_MAP_READ | static_cast<int>(GST_RTP_BUFFER_MAP_FLAG_SKIP_PADDING));
  if (!gst_rtp_buffer_map(packet, how, &rtp)) return std::nullopt;
  const int type = gst_rtp_buffer_get_payload_type(&rtp);
  const std::uint32_t ssrc = gst_rtp_buffer_get_ssrc(&rtp);
  gst_rtp_buffer_unmap(&rtp);
  // RTCP looks like these (RFC 5761, section 4); the numbers are srtpdec's.
  if (type >= 64 && type <= 80) return std::nullopt;
  return ssrc;
}

// SRTCP is encrypted from the ninth byte on: only of these types is the SSRC before it that srtpdec
// goes by. No compound packet begins with another.
std::optional<std::uint32_t> rtcp_ssrc(const std::array<std::uint8_t, 8>& header) {
  switch (header[1]) {
    case GST_RTCP_TYPE_SR:
    case GST_RTCP_TYPE_RR:
    case GST_RTCP_TYPE_BYE:
    case GST_RTCP_TYPE_APP:
    case GST_RTCP_TYPE_RTPFB:
    case GST_RTCP_TYPE_PSFB:
      return GST_READ_UINT32_BE(header.data() + 4);
    default:
      return std::nullopt;
  }
}

// The SSRCs that one transport has taken packets of.
class Streams {
 public:
  explicit Streams(const std::vector<std::uint32_t>& offered)
      : ssrcs_(offered.begin(), offered.begin() + std::min(std::ssize(offered), most_ssrcs)),
        most_(std::ssize(ssrcs_) + most_ssrcs) {}

  bool admits(GstBuffer* packet) {
    std::array<std::uint8_t, 8> header{};
    const gsize size = gst_buffer_extract(packet, 0, header.data(), header.size());
    // DTLS (RFC 7983, section 7), or what dtlssrtpdec drops.
    if (size == 0 || (header[0] & 0xc0) != 0x80) return true;
    if (size < header.size()) return false;
    std::optional<std::uint32_t> ssrc = rtp_ssrc(packet);
    if (!ssrc) ssrc = rtcp_ssrc(header);
    return ssrc && admits(*ssrc);
  }

 private:
  bool admits(std::uint32_t ssrc) {
    if (std::ranges::find(ssrcs_, ssrc) != ssrcs_.end()) return true;
    if (std::ssize(ssrcs_) == most_) return false;
    ssrcs_.push_back(ssrc);
    return true;
  }

  std::vector<std::uint32_t> ssrcs_;
  std::ptrdiff_t most_;
};

int requests_in(GstRTCPPacket* packet) {
  if (gst_rtcp_packet_get_type(packet) != GST_RTCP_TYPE_RTPFB ||
      gst_rtcp_packet_fb_get_type(packet) != GST_RTCP_RTPFB_TYPE_NACK) {
    return 0;
  }
  const std::uint8_t* fci = gst_rtcp_packet_fb_get_fci(packet);
  int requests = 0;
  for (int i = 0; i < gst_rtcp_packet_fb_get_fci_length(packet); ++i) {
    requests += 1 + std::popcount(GST_READ_UINT16_BE(fci + 4 * i + 2));
  }
  return requests;
}

// How many packets this compound packet asks for.
int requested_packets(GstBuffer* rtcp) {
  GstRTCPBuffer buffer = GST_RTCP_BUFFER_INIT;
  if (!gst_rtcp_buffer_map(rtcp, GST_MAP_READ, &buffer)) return 0;
  int requests = 0;
  GstRTCPPacket packet;
  for (bool more = gst_rtcp_buffer_get_first_packet(&buffer, &packet); more;
       more = gst_rtcp_packet_move_to_next(&packet)) {
    requests += requests_in(&packet);
  }
  gst_rtcp_buffer_unmap(&buffer);
  return requests;
}

// How much sound a packet holds, at 48 kHz; none if it isn't one of Opus.
int opus_samples(GstBuffer* packet) {
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
  if (!gst_rtp_buffer_map(packet, GST_MAP_READ, &rtp)) return 0;
  const int samples = opus_packet_get_nb_samples(
      static_cast<const unsigned char*>(gst_rtp_buffer_get_payload(&rtp)),
      static_cast<opus_int32>(gst_rtp_buffer_get_payload_len(&rtp)), opus_rate);
  gst_rtp_buffer_unmap(&rtp);
  return samples;
}

}  // namespace

void limit_streams(GstElement* webrtc, const std::vector<std::uint32_t>& offered) {
  for_each_element(webrtc, "nicesrc", [&offered](GstElement* source) {
    limit_streams(gst::static_pad(source, "src").get(), offered);
  });
}

void limit_streams(GstPad* source, const std::vector<std::uint32_t>& offered) {
  filter_packets(source, [streams = Streams(offered)](GstBuffer* packet) mutable {
    return streams.admits(packet);
  });
}

void limit_retransmissions(GstPad* rtcp) {
  filter_packets(rtcp, [allowance = Allowance(retransmissions_at_once, retransmissions_per_second)](
                           GstBuffer* packet) mutable {
    const int requests = requested_packets(packet);
    return requests == 0 || allowance.take(Clock::now(), requests);
  });
}

void limit_sound(GstPad* depayloader_sink) {
  filter_packets(depayloader_sink, [allowance = Allowance(2 * opus_rate, 1.5 * opus_rate)](
                                       GstBuffer* packet) mutable {
    const int samples = opus_samples(packet);
    return samples > 0 && allowance.take(Clock::now(), samples);
  });
}

}  // namespace tessera::peer
