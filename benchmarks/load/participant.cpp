#include "load/participant.h"

#include <libsoup/soup.h>

#include <sstream>
#include <utility>

#include "base/ref.h"

namespace tessera::bench {
namespace {

using nlohmann::json;

constexpr std::size_t sound = 0;
constexpr std::size_t picture = 1;

constexpr const char* audio_level_uri = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";
constexpr const char* transport_cc_uri =
    "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";

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

// Sends it as WHIP and WHEP do; calls back once, with the answer or with what went wrong.
void post_offer(const std::string& url, const std::string& offer,
                std::function<void(bool is_answer, const std::string& text)> done) {
  using Bytes = std::unique_ptr<GBytes, FreeWith<g_bytes_unref>>;
  struct Pending {
    Ref<SoupSession> session;
    Ref<SoupMessage> message;
    std::function<void(bool, const std::string&)> done;
  };
  auto* pending =
      new Pending{Ref<SoupSession>::adopt(soup_session_new()),
                  Ref<SoupMessage>::adopt(soup_message_new("POST", url.c_str())), std::move(done)};
  const Bytes body(g_bytes_new(offer.data(), offer.size()));
  soup_message_set_request_body_from_bytes(pending->message.get(), "application/sdp", body.get());
  soup_session_send_and_read_async(
      pending->session.get(), pending->message.get(), G_PRIORITY_DEFAULT, nullptr,
      [](GObject* source, GAsyncResult* result, gpointer data) {
        const std::unique_ptr<Pending> request(static_cast<Pending*>(data));
        const Bytes bytes(soup_session_send_and_read_finish(SOUP_SESSION(source), result, nullptr));
        gsize size = 0;
        const void* text = bytes ? g_bytes_get_data(bytes.get(), &size) : nullptr;
        const guint status = soup_message_get_status(request->message.get());
        request->done(status == SOUP_STATUS_CREATED,
                      std::string(static_cast<const char*>(text), size));
      },
      pending);
}

}  // namespace

Participant::Participant(const std::string& server_url, Options options)
    : options_(std::move(options)),
      senders_{Sender(opus_payload_type, options_.audio),
               Sender(payload_type_of(options_.codec), options_.video)},
      connection_(Transport::Role::offerer, senders_[sound].ssrc(),
                  {.rtp = [this](const RtpPacket& packet) { take_rtp(packet); },
                   .rtcp = [this](Bytes, const RtcpNews& news) { take_rtcp(news); },
                   .connected = [this] { start_sending(); },
                   .failed = [this](const std::string& reason) { fail(reason); }}) {
  if (options_.by_whep) {
    watch(server_url);
  } else {
    join(server_url);
  }
}

void Participant::join(const std::string& server_url) {
  websocket_ = std::make_unique<test::WebSocket>(server_url);
  websocket_->on_open([this] {
    websocket_->send({{"type", "join"},
                      {"room", options_.room},
                      {"name", options_.name},
                      {"camera", sends(senders_[picture])},
                      {"microphone", sends(senders_[sound])}});
  });
  websocket_->on_message([this](const json& message) { take(message); });
}

void Participant::watch(const std::string& server_url) {
  post_offer(server_url + "/whep/" + options_.room, offer(),
             [this, owner = anchor_.handle()](bool is_answer, const std::string& text) {
               owner.post([this, is_answer, text] { is_answer ? take_answer(text) : fail(text); });
             });
}

std::string Participant::offer() const {
  const Endpoint& local = connection_.local();
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
  line("a=ssrc:", senders_[sound].ssrc(), " cname:tessera-bench");
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
  line("a=ssrc:", senders_[picture].ssrc(), " cname:tessera-bench");
  return sdp.str();
}

void Participant::take(const json& message) {
  const std::string type = message.at("type");
  if (type == "joined") {
    id_ = message.at("participant");
    websocket_->send({{"type", "offer"}, {"sdp", offer()}});
  } else if (type == "answer") {
    take_answer(message.at("sdp"));
  } else if (type == "candidate") {
    const std::string candidate = message.at("candidate");
    if (is_answered_) {
      connection_.add_candidate(candidate);
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
  connection_.set_remote({first(values(sdp, "a=ice-ufrag:")), first(values(sdp, "a=ice-pwd:")),
                          fingerprint.substr(fingerprint.find(' ') + 1), candidates});
  is_answered_ = true;
}

void Participant::start_sending() {
  const TimePoint now = Clock::now();
  for (Sender& sender : senders_) sender.start(now);
  next_report_ = now + some_time(RtpConnection::report_interval);
  next_feedback_ = now + some_time(RtpConnection::feedback_interval);
  reception_.start_measuring(now);
}

void Participant::send_due(TimePoint now) {
  if (!connection_.is_connected()) return;
  for (Sender& sender : senders_) {
    while (const EncodedFrame* frame = sender.begin_due(now)) send_frame(sender, *frame);
  }
  if (now >= next_report_) {
    next_report_ = now + RtpConnection::report_interval;
    connection_.report(states(senders_, now));
  }
  if (now >= next_feedback_) {
    next_feedback_ += RtpConnection::feedback_interval;
    connection_.report_arrivals();
  }
}

void Participant::send_audio(const EncodedFrame& frame, std::uint32_t timestamp_step,
                             TimePoint taken) {
  send_live(senders_[sound], frame, timestamp_step, taken);
}

void Participant::send_video(const EncodedFrame& frame, std::uint32_t timestamp_step,
                             TimePoint taken) {
  send_live(senders_[picture], frame, timestamp_step, taken);
}

void Participant::send_live(Sender& sender, const EncodedFrame& frame, std::uint32_t timestamp_step,
                            TimePoint taken) {
  if (!connection_.is_connected()) return;
  sender.begin_frame(timestamp_step, taken);
  send_frame(sender, frame);
}

void Participant::send_frame(Sender& sender, const EncodedFrame& frame) {
  for (std::size_t i = 0; i < frame.payloads.size(); ++i) {
    connection_.send_rtp(sender.header(frame, i), frame.payloads[i]);
  }
}

void Participant::take_rtp(const RtpPacket& packet) {
  const TimePoint now = Clock::now();
  if (options_.on_packet) options_.on_packet(packet, now);
  if (packet.header.payload_type == opus_payload_type) {
    reception_.take_audio(packet, now);
    has_media_ = has_media_ || !options_.wants_video;
  } else if (packet.header.payload_type == payload_type_of(options_.codec)) {
    reception_.take_video(packet, now);
    has_media_ = true;
    if (reception_.take_broken()) connection_.ask_for_keyframe(packet.header.ssrc);
  }
}

void Participant::take_rtcp(const RtcpNews& news) {
  if (options_.on_sender_report) {
    for (const auto& mapping : news.sender_reports) options_.on_sender_report(mapping);
  }
  keyframe_requests_ += news.keyframe_requests;
  if (news.keyframe_requests > 0) {
    senders_[picture].restart();
    if (options_.on_keyframe_request) options_.on_keyframe_request();
  }
  retransmission_requests_ += news.retransmission_requests;
}

void Participant::fail(const std::string& reason) {
  if (failure_.empty()) failure_ = reason;
}

}  // namespace tessera::bench
