#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "load/media.h"
#include "load/reception.h"
#include "load/rtp_connection.h"
#include "load/sender.h"

namespace tessera::bench {

// One participant of a meeting without a mixer: sends the same picture and sound over each of its
// connections (in a mesh one to each other node, to a forwarder a single one), and counts each
// picture that comes. Each connection has its own keys, so that what is sent over several is
// encrypted for each; a browser would also encode for each. On the control thread.
class Node {
 public:
  // The tracks are shared with others.
  Node(const Track& video, const Track& sound);
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  // One connection more, whose ends are still to be told of each other.
  RtpConnection& connect(Transport::Role role);
  // All connections are there.
  bool is_connected() const;
  // Why one never will be; empty otherwise.
  const std::string& failure() const { return failure_; }

  // Begins `begin` (0 to 1) into the tracks: were all at the same place, their keyframes would come
  // in one burst, as they don't among people.
  void start_sending(TimePoint now, double begin);
  // Called every few milliseconds: sends what is due.
  void send_due(TimePoint now);

  int pictures_sent() const { return static_cast<int>(connections_.size()); }
  int pictures_received() const { return static_cast<int>(pictures_.size()); }
  // Of all connections.
  Traffic traffic() const;
  void start_measuring(TimePoint now);
  // Of the picture that fares worst.
  double frames_per_second(TimePoint now) const;

 private:
  void take_rtp(RtpConnection& from, const RtpPacket& packet);
  void send_frame(Sender& sender, const EncodedFrame& frame);

  std::array<Sender, 2> senders_;                // Sound, picture.
  std::map<std::uint32_t, Reception> pictures_;  // By SSRC.
  bool is_sending_ = false;
  std::string failure_;
  TimePoint next_report_;
  TimePoint next_feedback_;
  std::vector<std::unique_ptr<RtpConnection>> connections_;
};

}  // namespace tessera::bench
