#include "load/node.h"

#include <algorithm>

namespace tessera::bench {
namespace {

constexpr std::size_t sound = 0;
constexpr std::size_t picture = 1;

}  // namespace

Node::Node(const Track& video, const Track& sound_track)
    : senders_{Sender(sound_track.payload_type, &sound_track), Sender(video.payload_type, &video)} {
}

RtpConnection& Node::connect(Transport::Role role) {
  const std::size_t index = connections_.size();
  return *connections_.emplace_back(std::make_unique<RtpConnection>(
      role, senders_[sound].ssrc(),
      RtpConnection::Callbacks{
          .rtp = [this, index](const RtpPacket& packet) { take_rtp(*connections_[index], packet); },
          .rtcp =
              [this](Bytes, const RtcpNews& news) {
                if (news.keyframe_requests > 0) senders_[picture].restart();
              },
          .failed = [this](const std::string& reason) { failure_ = reason; }}));
}

bool Node::is_connected() const {
  return std::ranges::all_of(connections_, [](const auto& one) { return one->is_connected(); });
}

void Node::start_sending(TimePoint now, double begin) {
  is_sending_ = true;
  for (Sender& sender : senders_) sender.start(now, begin);
  next_report_ = now + some_time(RtpConnection::report_interval);
  next_feedback_ = now + some_time(RtpConnection::feedback_interval);
}

void Node::send_due(TimePoint now) {
  if (!is_sending_) return;
  for (Sender& sender : senders_) {
    while (const EncodedFrame* frame = sender.begin_due(now)) send_frame(sender, *frame);
  }
  if (now >= next_report_) {
    next_report_ += RtpConnection::report_interval;
    for (const auto& one : connections_) one->report(states(senders_, now));
  }
  if (now >= next_feedback_) {
    next_feedback_ += RtpConnection::feedback_interval;
    for (const auto& one : connections_) one->report_arrivals();
  }
}

void Node::send_frame(Sender& sender, const EncodedFrame& frame) {
  for (std::size_t i = 0; i < frame.payloads.size(); ++i) {
    const RtpHeader header = sender.header(frame, i);
    for (const auto& one : connections_) one->send_rtp(header, frame.payloads[i]);
  }
}

void Node::take_rtp(RtpConnection& from, const RtpPacket& packet) {
  if (packet.header.payload_type != senders_[picture].payload_type()) return;
  const TimePoint now = Clock::now();
  auto [one, is_new] = pictures_.try_emplace(packet.header.ssrc);
  if (is_new) one->second.start_measuring(now);
  one->second.take_video(packet, now);
  if (one->second.take_broken()) from.ask_for_keyframe(packet.header.ssrc);
}

Traffic Node::traffic() const {
  Traffic all;
  for (const auto& one : connections_) {
    const Traffic& traffic = one->traffic();
    all.packets_sent += traffic.packets_sent;
    all.packets_received += traffic.packets_received;
    all.bytes_sent += traffic.bytes_sent;
    all.bytes_received += traffic.bytes_received;
  }
  return all;
}

void Node::start_measuring(TimePoint now) {
  for (auto& [ssrc, reception] : pictures_) reception.start_measuring(now);
}

double Node::frames_per_second(TimePoint now) const {
  double least = pictures_.empty() ? 0 : 1000;
  for (const auto& [ssrc, reception] : pictures_) {
    least = std::min(least, reception.figures(now).frames_per_second);
  }
  return least;
}

}  // namespace tessera::bench
