#pragma once

#include <nice/agent.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/event_loop.h"
#include "base/ref.h"
#include "base/signal.h"
#include "load/dtls.h"
#include "load/srtp.h"

namespace tessera::bench {

// What one end tells the other of itself in SDP.
struct Endpoint {
  std::string ice_ufrag;
  std::string ice_password;
  std::string fingerprint;              // SHA-256
  std::vector<std::string> candidates;  // "candidate:…"
};

// What went over the wire, in IP packets.
struct Traffic {
  std::int64_t packets_sent = 0;
  std::int64_t packets_received = 0;
  std::int64_t bytes_sent = 0;  // With the headers of UDP and IPv4.
  std::int64_t bytes_received = 0;
};

// One end of a WebRTC connection without a media stack: ICE by libnice, DTLS by OpenSSL, SRTP by
// libsrtp, all on the control thread. It costs a twentieth of a webrtcbin, so that the load leaves
// the machine to the server.
class Transport {
 public:
  enum class Role { offerer, answerer };  // The offerer controls ICE and is DTLS's client.

  struct Callbacks {
    std::function<void()> connected;  // May send from here.
    std::function<void(const std::string& reason)> failed;
    std::function<void(Bytes packet)> rtp;
    std::function<void(Bytes packet)> rtcp;
  };

  // On the loopback.
  Transport(Role role, Callbacks callbacks);
  ~Transport();
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  const Endpoint& local() const { return local_; }
  // Candidates may follow one by one.
  void set_remote(const Endpoint& remote);
  void add_candidate(const std::string& candidate);

  // Once connected. The vector's content is one packet; it is used up.
  void send_rtp(std::vector<std::uint8_t>& packet) { send_protected(packet, false); }
  void send_rtcp(std::vector<std::uint8_t>& packet) { send_protected(packet, true); }

  bool is_connected() const { return sending_ != nullptr; }
  const Traffic& traffic() const { return traffic_; }

 private:
  void take(std::span<std::uint8_t> packet);
  void send(Bytes packet);
  void send_protected(std::vector<std::uint8_t>& packet, bool is_rtcp);
  void secure();

  Callbacks callbacks_;
  Ref<NiceAgent> agent_;
  guint stream_ = 0;
  Endpoint local_;
  std::string remote_fingerprint_;
  Dtls dtls_;
  std::unique_ptr<Srtp> sending_;
  std::unique_ptr<Srtp> receiving_;
  Traffic traffic_;
  std::vector<Signal> signals_;
  Timer handshake_;
};

}  // namespace tessera::bench
