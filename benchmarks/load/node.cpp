#include "load/node.h"

#include <algorithm>
#include <random>

namespace tessera::bench {
namespace {

constexpr std::size_t sound = 0;
constexpr std::size_t picture = 1;

std::uint32_t random_number(std::uint32_t least, std::uint32_t most) {
  static std::mt19937 generator{std::random_device{}()};
  return std::uniform_int_distribution(least, most)(generator);
}

}  // namespace

Node::Node(const Track& video, const Track& sound_track) {
  senders_[sound].track = &sound_track;
  senders_[picture].track = &video;
  for (Sender& sender : senders_) {
    sender.ssrc = random_number(1, 0xfffffffe);
    sender.sequence = static_cast<std::uint16_t>(random_number(0, 0xffff));
    sender.timestamp = random_number(0, 0xffffffff);
  }
}

RtpConnection& Node::connect(Transport::Role role) {
  const std::size_t index = connections_.size();
  return *connections_.emplace_back(std::make_unique<RtpConnection>(
      role, senders_[sound].ssrc,
      RtpConnection::Callbacks{
          [this, index](const RtpPacket& packet) { take_rtp(*connections_[index], packet); },
          [this](Bytes, const RtcpNews& news) {
            if (news.keyframe_requests > 0) senders_[picture].next = 0;
          }}));
}

bool Node::is_connected() const {
  return std::ranges::all_of(connections_, [](const auto& one) { return one->is_connected(); });
}

std::string Node::failure() const {
  const auto failed =
      std::ranges::find_if(connections_, [](const auto& one) { return !one->failure().empty(); });
  return failed == connections_.end() ? "" : (*failed)->failure();
}

void Node::start_sending(TimePoint now, double begin) {
  is_sending_ = true;
  for (Sender& sender : senders_) {
    const auto count = sender.track->frames.size();
    sender.next = static_cast<std::size_t>(begin * static_cast<double>(count)) % count;
    // Within a picture's time, so that not all are due at once.
    sender.due = now + std::chrono::milliseconds(random_number(0, 33));
  }
  next_report_ = now + std::chrono::milliseconds(random_number(0, 1000));
  next_feedback_ = now + std::chrono::milliseconds(random_number(0, 100));
}

void Node::send_due(TimePoint now) {
  if (!is_sending_) return;
  for (Sender& sender : senders_) {
    while (sender.due <= now) send_frame(sender);
  }
  if (now >= next_report_) {
    next_report_ += RtpConnection::report_interval;
    for (const auto& one : connections_) one->report(sent(now));
  }
  if (now >= next_feedback_) {
    next_feedback_ += RtpConnection::feedback_interval;
    for (const auto& one : connections_) one->report_arrivals();
  }
}

void Node::send_frame(Sender& sender) {
  const Track& track = *sender.track;
  const EncodedFrame& frame = track.frames[sender.next];
  sender.timestamp += track.timestamp_step;
  sender.taken = sender.due;
  for (const auto& payload : frame.payloads) {
    const RtpHeader header = {
        .payload_type = track.payload_type,
        .marker = &payload == &frame.payloads.back() && &sender == &senders_[picture],
        .sequence = sender.sequence++,
        .timestamp = sender.timestamp,
        .ssrc = sender.ssrc,
        .audio_level = frame.audio_level,
        .transport_sequence = {}};
    ++sender.packets;
    sender.octets += static_cast<std::uint32_t>(payload.size());
    for (const auto& one : connections_) one->send_rtp(header, payload);
  }
  sender.next = (sender.next + 1) % track.frames.size();
  sender.due += std::chrono::duration_cast<Clock::duration>(track.interval);
}

void Node::take_rtp(RtpConnection& from, const RtpPacket& packet) {
  if (packet.header.payload_type != senders_[picture].track->payload_type) return;
  const TimePoint now = Clock::now();
  auto [one, is_new] = pictures_.try_emplace(packet.header.ssrc);
  if (is_new) one->second.start_measuring(now);
  one->second.take_video(packet, now);
  if (one->second.take_broken()) from.ask_for_keyframe(packet.header.ssrc);
}

std::vector<SenderState> Node::sent(TimePoint now) const {
  std::vector<SenderState> states;
  for (const Sender& sender : senders_) {
    if (sender.packets == 0) continue;
    const std::chrono::duration<double> since = now - sender.taken;
    states.push_back({sender.ssrc, sender.timestamp,
                      ntp_now() - static_cast<NtpTime>(since.count() * 4294967296.0),
                      sender.packets, sender.octets});
  }
  return states;
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
