#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/event_loop.h"
#include "load/media.h"
#include "load/reception.h"
#include "load/rtp_connection.h"
#include "load/sender.h"
#include "support/websocket.h"

namespace tessera::bench {

// Somebody who takes part for the load they are: joins over the WebSocket, or only watches by WHEP,
// sends tracks that were encoded before, and counts what comes back. Reports as a browser does:
// sender and receiver reports once a second, transport-wide feedback every 100 ms. On the control
// thread.
class Participant {
 public:
  struct Options {
    std::string room = "bench";
    std::string name = "Load";
    VideoCodec codec = VideoCodec::vp8;  // That it receives, and sends if it does.
    // What it sends again and again. Shared with others.
    const Track* video = nullptr;
    const Track* audio = nullptr;
    // Or it is told frame by frame, by send(). Who does neither only watches.
    bool is_live = false;
    bool wants_video = true;
    bool by_whep = false;  // In no meeting's list: sends nothing, and has neither id nor layout.
    // Get what comes in, beside the counting. May be empty.
    std::function<void(const RtpPacket& packet, TimePoint arrival)> on_packet = {};
    std::function<void(const RtcpNews::Mapping& mapping)> on_sender_report = {};
    // A track begins anew, which is a keyframe.
    std::function<void()> on_keyframe_request = {};
  };

  Participant(const std::string& server_url, Options options);
  Participant(const Participant&) = delete;
  Participant& operator=(const Participant&) = delete;

  // Connected, and a picture or else sound has come.
  bool has_media() const { return has_media_; }
  // Why it isn't in the meeting; empty while it is, or may still come.
  const std::string& failure() const { return failure_; }

  bool wants_video() const { return options_.wants_video; }
  Reception& reception() { return reception_; }
  const Traffic& traffic() const { return connection_.traffic(); }
  int keyframe_requests() const { return keyframe_requests_; }
  int retransmission_requests() const { return retransmission_requests_; }

  // Called every few milliseconds: sends what is due.
  void send_due(TimePoint now);

  // Sends a frame now that was taken then; `timestamp_step` is its time since the one before, in
  // RTP clock ticks.
  void send_audio(const EncodedFrame& frame, std::uint32_t timestamp_step, TimePoint taken);
  void send_video(const EncodedFrame& frame, std::uint32_t timestamp_step, TimePoint taken);

  // The server's latest word on who is where; null until it came.
  const nlohmann::json& layout() const { return layout_; }
  const std::string& id() const { return id_; }

 private:
  void join(const std::string& server_url);
  void watch(const std::string& server_url);
  std::string offer() const;
  void take(const nlohmann::json& message);
  void take_answer(const std::string& sdp);
  void take_rtp(const RtpPacket& packet);
  void take_rtcp(const RtcpNews& news);
  void start_sending();
  void send_frame(Sender& sender, const EncodedFrame& frame);
  void send_live(Sender& sender, const EncodedFrame& frame, std::uint32_t timestamp_step,
                 TimePoint taken);
  bool sends(const Sender& sender) const { return sender.has_track() || options_.is_live; }
  void fail(const std::string& reason);

  Options options_;
  std::unique_ptr<test::WebSocket> websocket_;  // Null by WHEP.
  Reception reception_;
  std::array<Sender, 2> senders_;  // Sound, picture.
  int keyframe_requests_ = 0;
  int retransmission_requests_ = 0;
  TimePoint next_report_;
  TimePoint next_feedback_;
  bool has_media_ = false;
  bool is_answered_ = false;
  std::vector<std::string> early_candidates_;
  std::string failure_;
  std::string id_;
  nlohmann::json layout_;
  RtpConnection connection_;
  Anchor anchor_;
};

}  // namespace tessera::bench
