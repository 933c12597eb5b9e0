#include "load/rtp_connection.h"

#include <utility>

namespace tessera::bench {

RtpConnection::RtpConnection(Transport::Role role, std::uint32_t own_ssrc, Callbacks callbacks)
    : own_ssrc_(own_ssrc),
      callbacks_(std::move(callbacks)),
      transport_(role, {callbacks_.connected, callbacks_.failed,
                        [this](Bytes packet) { take_rtp(packet); },
                        [this](Bytes packet) { take_rtcp(packet); }}) {}

void RtpConnection::send_rtp(RtpHeader header, Bytes payload) {
  if (!is_connected()) return;
  header.transport_sequence = transport_sequence_++;
  write_rtp(header, payload, packet_);
  transport_.send_rtp(packet_);
}

void RtpConnection::send_rtcp(Bytes compound) {
  if (!is_connected()) return;
  packet_.assign(compound.begin(), compound.end());
  transport_.send_rtcp(packet_);
}

void RtpConnection::ask_for_keyframe(std::uint32_t source) {
  if (!is_connected()) return;
  packet_.clear();
  write_picture_loss(own_ssrc_, source, packet_);
  transport_.send_rtcp(packet_);
}

// A packet for each source, as browsers have it; the first also says what was received.
void RtpConnection::report(const std::vector<SenderState>& sent) {
  if (!is_connected()) return;
  std::map<std::uint32_t, SourceReport> nothing;
  auto* received = &received_;
  for (const SenderState& state : sent) {
    packet_.clear();
    write_sender_report(state, *std::exchange(received, &nothing), packet_);
    write_source_description(state.ssrc, packet_);
    transport_.send_rtcp(packet_);
  }
  if (!sent.empty()) return;
  packet_.clear();
  write_receiver_report(own_ssrc_, received_, packet_);
  write_source_description(own_ssrc_, packet_);
  transport_.send_rtcp(packet_);
}

// Reduced in size, as browsers send it (RFC 5506).
void RtpConnection::report_arrivals() {
  if (!is_connected() || feedback_.is_empty()) return;
  packet_.clear();
  feedback_.write(own_ssrc_, latest_source_, packet_);
  transport_.send_rtcp(packet_);
}

void RtpConnection::take_rtp(Bytes bytes) {
  const auto packet = read_rtp(bytes);
  if (!packet) return;
  latest_source_ = packet->header.ssrc;
  received_[latest_source_].count(packet->header.sequence);
  if (packet->header.transport_sequence) feedback_.count(*packet->header.transport_sequence);
  callbacks_.rtp(*packet);
}

void RtpConnection::take_rtcp(Bytes bytes) {
  const RtcpNews news = read_rtcp(bytes);
  for (const auto& mapping : news.sender_reports) {
    received_[mapping.ssrc].take_sender_report(mapping.time);
  }
  callbacks_.rtcp(bytes, news);
}

}  // namespace tessera::bench
