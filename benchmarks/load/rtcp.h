#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "base/units.h"
#include "load/bytes.h"

namespace tessera::bench {

// Seconds since 1900 as a fixed-point number, 32 bits each side of the point (RFC 3550, section 4).
using NtpTime = std::uint64_t;
NtpTime ntp_now();

// What a receiver reports of one source (RFC 3550, section 6.4.1): counted packet by packet.
class SourceReport {
 public:
  void count(std::uint16_t sequence);
  void take_sender_report(NtpTime sent);

  // Appends the report block, and begins the next interval.
  void write(std::uint32_t ssrc, std::vector<std::uint8_t>& to);

 private:
  bool begun_ = false;
  std::uint32_t first_ = 0;
  std::uint32_t highest_ = 0;  // With the number of its wraps in the upper half.
  std::int64_t received_ = 0;
  std::int64_t expected_before_ = 0;
  std::int64_t received_before_ = 0;
  std::uint32_t last_sender_report_ = 0;
  TimePoint sender_report_at_;
};

// What a sender reports of one source.
struct SenderState {
  std::uint32_t ssrc = 0;
  std::uint32_t timestamp = 0;  // Of `time`.
  NtpTime time = 0;
  std::uint32_t packets = 0;
  std::uint32_t octets = 0;
};

// Compound packets are appended to.
void write_sender_report(const SenderState& state, std::map<std::uint32_t, SourceReport>& received,
                         std::vector<std::uint8_t>& to);
// From somebody who sends nothing.
void write_receiver_report(std::uint32_t own, std::map<std::uint32_t, SourceReport>& received,
                           std::vector<std::uint8_t>& to);
void write_source_description(std::uint32_t ssrc, std::vector<std::uint8_t>& to);
void write_picture_loss(std::uint32_t own, std::uint32_t source, std::vector<std::uint8_t>& to);

// When the packets of a connection arrived, by their transport-wide sequence numbers.
class TransportFeedback {
 public:
  void count(std::uint16_t transport_sequence);
  bool is_empty() const { return arrivals_.empty(); }
  // Appends what came since the last time.
  void write(std::uint32_t own, std::uint32_t source, std::vector<std::uint8_t>& to);

 private:
  std::map<std::int64_t, TimePoint> arrivals_;
  std::optional<std::int64_t> highest_;  // Without wraps.
  std::uint8_t feedbacks_ = 0;
  TimePoint began_ = Clock::now();
};

// What somebody says in a compound packet that concerns the load.
struct RtcpNews {
  struct Mapping {
    std::uint32_t ssrc = 0;
    NtpTime time = 0;
    std::uint32_t timestamp = 0;
  };
  std::vector<Mapping> sender_reports;
  int keyframe_requests = 0;
  int retransmission_requests = 0;
};
RtcpNews read_rtcp(Bytes compound);

}  // namespace tessera::bench
