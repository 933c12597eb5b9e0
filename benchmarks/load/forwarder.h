#pragma once

#include <gio/gio.h>
#include <sys/types.h>

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "base/event_loop.h"
#include "base/ref.h"
#include "base/result.h"
#include "load/rtp_connection.h"

namespace tessera::bench {

// The least that a selective forwarding unit does (RFC 7667, section 3.7): decrypts each packet
// and encrypts it anew for each other node, with its SSRC and sequence number. It ends the
// transport-wide feedback and receiver reports, passes sender reports on, and asks a picture's
// sender for the keyframe that somebody asked for. Everybody gets everything: no simulcast, and no
// choice of speakers. On the control thread.
class Forwarder {
 public:
  Forwarder();
  Forwarder(const Forwarder&) = delete;
  Forwarder& operator=(const Forwarder&) = delete;

  // One node more. Returns this end of its connection.
  const Endpoint& add(const Endpoint& node);

 private:
  void forward(std::size_t from, const RtpPacket& packet);
  void take_rtcp(std::size_t from, Bytes compound, const RtcpNews& news);

  std::map<std::uint32_t, std::size_t> senders_;  // By SSRC.
  std::vector<std::unique_ptr<RtpConnection>> connections_;
  Timer reports_;
  Timer feedback_;
};

// A forwarder as a process of its own, so that what it costs can be told from what the nodes cost:
// this program with the command `forwarder`, which reads an endpoint a line and writes its answer,
// as JSON.
class ForwarderProcess {
 public:
  // Throws if there can't be one.
  ForwarderProcess();
  // Ends it.
  ~ForwarderProcess();
  ForwarderProcess(const ForwarderProcess&) = delete;
  ForwarderProcess& operator=(const ForwarderProcess&) = delete;

  // Blocks until it has answered. Error: `no_forwarder`.
  Result<Endpoint> add(const Endpoint& node);
  pid_t id() const;

 private:
  Ref<GSubprocess> process_;
  Ref<GDataInputStream> answers_;
};

// What runs in that process, until nobody writes to it any more.
void serve_as_forwarder();

}  // namespace tessera::bench
