#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "load/rtcp.h"
#include "load/rtp.h"
#include "load/transport.h"

namespace tessera::bench {

// One end of a connection that carries RTP, without signalling: a transport, and what its two ends
// report to each other, as browsers do. On the control thread.
class RtpConnection {
 public:
  struct Callbacks {
    std::function<void(const RtpPacket& packet)> rtp;
    std::function<void(Bytes compound, const RtcpNews& news)> rtcp;
    std::function<void()> connected = [] {};  // May send from here.
    std::function<void(const std::string& reason)> failed = [](const std::string&) {};
  };

  // How often to call report() and report_arrivals().
  static constexpr auto report_interval = std::chrono::seconds(1);
  static constexpr auto feedback_interval = std::chrono::milliseconds(100);

  // Reports, feedback and requests come from `own_ssrc`.
  RtpConnection(Transport::Role role, std::uint32_t own_ssrc, Callbacks callbacks);

  const Endpoint& local() const { return transport_.local(); }
  void set_remote(const Endpoint& remote) { transport_.set_remote(remote); }
  void add_candidate(const std::string& candidate) { transport_.add_candidate(candidate); }
  bool is_connected() const { return transport_.is_connected(); }
  const Traffic& traffic() const { return transport_.traffic(); }

  // These do nothing before it is connected.

  // The transport-wide sequence number is the connection's, whatever the header says.
  void send_rtp(RtpHeader header, Bytes payload);
  void send_rtcp(Bytes compound);
  void ask_for_keyframe(std::uint32_t source);
  // What was sent and received; who sent nothing reports what was received.
  void report(const std::vector<SenderState>& sent);
  // The transport-wide feedback.
  void report_arrivals();

 private:
  void take_rtp(Bytes bytes);
  void take_rtcp(Bytes bytes);

  std::uint32_t own_ssrc_;
  Callbacks callbacks_;
  std::map<std::uint32_t, SourceReport> received_;
  TransportFeedback feedback_;
  std::uint32_t latest_source_ = 0;
  std::uint16_t transport_sequence_ = 0;
  std::vector<std::uint8_t> packet_;
  Transport transport_;
};

}  // namespace tessera::bench
