#include "load/participant.h"

#include <random>
#include <sstream>
#include <utility>

namespace tessera::bench {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

constexpr std::size_t sound = 0;
constexpr std::size_t picture = 1;
constexpr auto report_interval = 1s;
constexpr auto feedback_interval = 100ms;

constexpr const char* audio_level_uri = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";
constexpr const char* transport_cc_uri =
    "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";

std::mt19937& random_numbers() {
  static std::mt19937 generator{std::random_device{}()};
  return generator;
}

std::uint32_t random_ssrc() {
  return std::uniform_int_distribution<std::uint32_t>(1, 0xfffffffe)(random_numbers());
}

const char* direction(bool sends) { return sends ? "sendrecv" : "recvonly"; }

// The values of all lines that begin so.
std::vector<std::string> values(const std::string& sdp, const std::string& key) {
  std::vector<std::string> found;
  std::istringstream lines(sdp);
  for (std::string line; std::getline(lines, line);) {
    if (line.ends_with('\r')) line.pop_back();
    if (line.starts_with(key)) found.push_back(line.substr(key.size()));
  }
  return found;
}

std::string first(const std::vector<std::string>& of) { return of.empty() ? "" : of.front(); }

}  // namespace

Participant::Participant(const std::string& server_url, Options options)
    : options_(std::move(options)),
      websocket_(server_url),
      transport_(Transport::Role::offerer,
                 {[this] { start_sending(); }, [this](const std::string& reason) { fail(reason); },
                  [this](Bytes packet) { take_rtp(packet); },
                  [this](Bytes packet) { take_rtcp(packet); }}) {
  senders_[sound].track = options_.audio;
  senders_[picture].track = options_.video;
  for (Sender& sender : senders_) sender.ssrc = random_ssrc();
  websocket_.on_open([this] {
    websocket_.send({{"type", "join"},
                     {"room", options_.room},
                     {"name", options_.name},
                     {"camera", sends(senders_[picture])},
                     {"microphone", sends(senders_[sound])}});
  });
  websocket_.on_message([this](const json& message) { take(message); });
}

std::string Participant::offer() const {
  const Endpoint& local = transport_.local();
  std::ostringstream sdp;
  const auto line = [&](const auto&... parts) { (sdp << ... << parts) << "\r\n"; };
  const auto transport = [&](int mid) {
    line("c=IN IP4 127.0.0.1");
    line("a=mid:", mid);
    line("a=rtcp-mux");
    line("a=ice-ufrag:", local.ice_ufrag);
    line("a=ice-pwd:", local.ice_password);
    line("a=fingerprint:sha-256 ", local.fingerprint);
    line("a=setup:active");
    for (const std::string& candidate : local.candidates) line("a=", candidate);
  };
  line("v=0");
  line("o=- 1 1 IN IP4 127.0.0.1");
  line("s=-");
  line("t=0 0");
  line("a=group:BUNDLE ", options_.wants_video ? "0 1" : "0");
  line("m=audio 9 UDP/TLS/RTP/SAVPF ", opus_payload_type);
  transport(0);
  line("a=", direction(sends(senders_[sound])));
  line("a=rtpmap:", opus_payload_type, " opus/48000/2");
  line("a=fmtp:", opus_payload_type, " minptime=10;useinbandfec=1");
  line("a=rtcp-fb:", opus_payload_type, " transport-cc");
  line("a=extmap:", audio_level_id, " ", audio_level_uri);
  line("a=extmap:", transport_cc_id, " ", transport_cc_uri);
  line("a=ssrc:", senders_[sound].ssrc, " cname:tessera-bench");
  if (!options_.wants_video) return sdp.str();
  const int payload_type = payload_type_of(options_.codec);
  line("m=video 9 UDP/TLS/RTP/SAVPF ", payload_type);
  transport(1);
  line("a=", direction(sends(senders_[picture])));
  line("a=rtpmap:", payload_type, " ", name(options_.codec), "/90000");
  if (options_.codec == VideoCodec::h264) {
    line("a=fmtp:", payload_type,
         " level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f");
  }
  for (const char* feedback : {"nack", "nack pli", "ccm fir", "transport-cc"}) {
    line("a=rtcp-fb:", payload_type, " ", feedback);
  }
  line("a=extmap:", transport_cc_id, " ", transport_cc_uri);
  line("a=ssrc:", senders_[picture].ssrc, " cname:tessera-bench");
  return sdp.str();
}

void Participant::take(const json& message) {
  const std::string type = message.at("type");
  if (type == "joined") {
    id_ = message.at("participant");
    websocket_.send({{"type", "offer"}, {"sdp", offer()}});
  } else if (type == "answer") {
    take_answer(message.at("sdp"));
  } else if (type == "candidate") {
    const std::string candidate = message.at("candidate");
    if (is_answered_) {
      transport_.add_candidate(candidate);
    } else {
      early_candidates_.push_back(candidate);
    }
  } else if (type == "layout") {
    layout_ = message;
  } else if (type == "error") {
    fail(message.at("message"));
  }
}

void Participant::take_answer(const std::string& sdp) {
  const std::string fingerprint = first(values(sdp, "a=fingerprint:"));
  std::vector<std::string> candidates = values(sdp, "a=candidate:");
  for (std::string& candidate : candidates) candidate.insert(0, "candidate:");
  candidates.insert(candidates.end(), early_candidates_.begin(), early_candidates_.end());
  transport_.set_remote({first(values(sdp, "a=ice-ufrag:")), first(values(sdp, "a=ice-pwd:")),
                         fingerprint.substr(fingerprint.find(' ') + 1), candidates});
  is_answered_ = true;
}

// Each begins at another moment within a picture's time, as people do.
void Participant::start_sending() {
  const TimePoint now = Clock::now();
  const auto some_time = [](auto most) {
    return std::chrono::nanoseconds(std::uniform_int_distribution<std::int64_t>(
        0, std::chrono::nanoseconds(most).count())(random_numbers()));
  };
  for (Sender& sender : senders_) {
    sender.sequence = static_cast<std::uint16_t>(random_ssrc());
    sender.timestamp = random_ssrc();
    sender.due = now + some_time(33ms);
  }
  next_report_ = now + some_time(report_interval);
  next_feedback_ = now + some_time(feedback_interval);
  reception_.start_measuring(now);
}

void Participant::send_due(TimePoint now) {
  if (!transport_.is_connected()) return;
  for (Sender& sender : senders_) {
    while (sender.track != nullptr && sender.due <= now) {
      const Track& track = *sender.track;
      send_frame(sender, track.frames[sender.next], track.timestamp_step, sender.due);
      sender.next = (sender.next + 1) % track.frames.size();
      sender.due += std::chrono::duration_cast<Clock::duration>(track.interval);
    }
  }
  if (now >= next_report_) report(now);
  if (now >= next_feedback_) report_arrivals();
}

void Participant::send_audio(const EncodedFrame& frame, std::uint32_t timestamp_step,
                             TimePoint taken) {
  if (transport_.is_connected()) send_frame(senders_[sound], frame, timestamp_step, taken);
}

void Participant::send_video(const EncodedFrame& frame, std::uint32_t timestamp_step,
                             TimePoint taken) {
  if (transport_.is_connected()) send_frame(senders_[picture], frame, timestamp_step, taken);
}

void Participant::send_frame(Sender& sender, const EncodedFrame& frame,
                             std::uint32_t timestamp_step, TimePoint taken) {
  const bool is_sound = &sender == &senders_[sound];
  sender.timestamp += timestamp_step;
  sender.taken = taken;
  for (std::size_t i = 0; i < frame.payloads.size(); ++i) {
    const bool is_last = i + 1 == frame.payloads.size();
    write_rtp({.payload_type = is_sound ? opus_payload_type : payload_type_of(options_.codec),
               .marker = is_last && !is_sound,
               .sequence = sender.sequence++,
               .timestamp = sender.timestamp,
               .ssrc = sender.ssrc,
               .audio_level = frame.audio_level,
               .transport_sequence = transport_sequence_++},
              frame.payloads[i], packet_);
    ++sender.packets;
    sender.octets += static_cast<std::uint32_t>(frame.payloads[i].size());
    transport_.send_rtp(packet_);
  }
}

void Participant::take_rtp(Bytes bytes) {
  const auto packet = read_rtp(bytes);
  if (!packet) return;
  const TimePoint now = Clock::now();
  received_[packet->header.ssrc].count(packet->header.sequence);
  if (packet->header.transport_sequence) feedback_.count(*packet->header.transport_sequence);
  if (options_.on_packet) options_.on_packet(*packet, now);
  if (packet->header.payload_type == opus_payload_type) {
    reception_.take_audio(*packet, now);
    has_media_ = has_media_ || !options_.wants_video;
  } else if (packet->header.payload_type == payload_type_of(options_.codec)) {
    received_video_ = packet->header.ssrc;
    reception_.take_video(*packet, now);
    has_media_ = true;
    if (reception_.take_broken()) {
      packet_.clear();
      write_picture_loss(senders_[picture].ssrc, received_video_, packet_);
      transport_.send_rtcp(packet_);
    }
  }
}

void Participant::take_rtcp(Bytes bytes) {
  const RtcpNews news = read_rtcp(bytes);
  for (const auto& mapping : news.sender_reports) {
    received_[mapping.ssrc].take_sender_report(mapping.time);
    if (options_.on_sender_report) options_.on_sender_report(mapping);
  }
  keyframe_requests_ += news.keyframe_requests;
  if (news.keyframe_requests > 0) {
    senders_[picture].next = 0;
    if (options_.on_keyframe_request) options_.on_keyframe_request();
  }
  retransmission_requests_ += news.retransmission_requests;
}

// A packet for each source, as browsers have it.
void Participant::report(TimePoint now) {
  next_report_ = now + report_interval;
  std::map<std::uint32_t, SourceReport> nothing;
  auto* received = &received_;
  for (const Sender& sender : senders_) {
    if (sender.packets == 0) continue;
    const std::chrono::duration<double> since = now - sender.taken;
    const auto since_in_ntp = static_cast<NtpTime>(since.count() * 4294967296.0);
    packet_.clear();
    write_sender_report(
        {sender.ssrc, sender.timestamp, ntp_now() - since_in_ntp, sender.packets, sender.octets},
        *std::exchange(received, &nothing), packet_);
    write_source_description(sender.ssrc, packet_);
    transport_.send_rtcp(packet_);
  }
  if (received != &received_) return;
  packet_.clear();
  write_receiver_report(senders_[sound].ssrc, received_, packet_);
  write_source_description(senders_[sound].ssrc, packet_);
  transport_.send_rtcp(packet_);
}

// Reduced in size, as browsers send it (RFC 5506).
void Participant::report_arrivals() {
  next_feedback_ += feedback_interval;
  if (feedback_.is_empty()) return;
  packet_.clear();
  feedback_.write(senders_[picture].ssrc, received_video_, packet_);
  transport_.send_rtcp(packet_);
}

void Participant::fail(const std::string& reason) {
  if (failure_.empty()) failure_ = reason;
}

}  // namespace tessera::bench
