#include "load/rtcp.h"

#include <algorithm>
#include <string_view>

namespace tessera::bench {
namespace {

constexpr int sender_report = 200;
constexpr int receiver_report = 201;
constexpr int source_description = 202;
constexpr int transport_feedback = 205;  // RFC 4585
constexpr int payload_feedback = 206;

// Begins a packet of a compound; its length is filled in by end().
std::size_t begin(int count, int type, std::vector<std::uint8_t>& to) {
  const std::size_t at = to.size();
  put<1>(to, 0x80U | static_cast<unsigned>(count));
  put<1>(to, static_cast<unsigned>(type));
  put<2>(to, 0);
  return at;
}

void end(std::size_t at, std::vector<std::uint8_t>& to) {
  while ((to.size() - at) % 4 != 0) to.push_back(0);
  const std::size_t words = (to.size() - at) / 4 - 1;
  to[at + 2] = static_cast<std::uint8_t>(words >> 8U);
  to[at + 3] = static_cast<std::uint8_t>(words);
}

}  // namespace

NtpTime ntp_now() {
  using namespace std::chrono;
  constexpr std::uint64_t from_1900_to_1970 = 2'208'988'800;
  const auto now = duration_cast<nanoseconds>(system_clock::now().time_since_epoch()).count();
  const auto seconds = static_cast<std::uint64_t>(now / 1'000'000'000);
  const auto fraction = static_cast<std::uint64_t>(now % 1'000'000'000);
  return (seconds + from_1900_to_1970) << 32U | (fraction << 32U) / 1'000'000'000;
}

void SourceReport::count(std::uint16_t sequence) {
  if (!begun_) {
    begun_ = true;
    first_ = highest_ = sequence;
  }
  const auto ahead = static_cast<std::int16_t>(sequence - static_cast<std::uint16_t>(highest_));
  if (ahead > 0) highest_ += static_cast<std::uint32_t>(ahead);
  ++received_;
}

void SourceReport::take_sender_report(NtpTime sent) {
  last_sender_report_ = static_cast<std::uint32_t>(sent >> 16U);
  sender_report_at_ = Clock::now();
}

void SourceReport::write(std::uint32_t ssrc, std::vector<std::uint8_t>& to) {
  const std::int64_t expected = begun_ ? std::int64_t{highest_} - first_ + 1 : 0;
  const std::int64_t expected_now = expected - expected_before_;
  const std::int64_t lost_now = expected_now - (received_ - received_before_);
  expected_before_ = expected;
  received_before_ = received_;
  put<4>(to, ssrc);
  put<1>(to, lost_now > 0 ? static_cast<std::uint64_t>(256 * lost_now / (expected_now + 1)) : 0);
  put<3>(to, static_cast<std::uint64_t>(std::max<std::int64_t>(0, expected - received_)));
  put<4>(to, highest_);
  put<4>(to, 0);  // Jitter: none on a loopback.
  put<4>(to, last_sender_report_);
  const auto delay = std::chrono::duration<double>(Clock::now() - sender_report_at_).count();
  put<4>(to, last_sender_report_ == 0 ? 0 : static_cast<std::uint64_t>(delay * 65536));
}

void write_sender_report(const SenderState& state, std::map<std::uint32_t, SourceReport>& received,
                         std::vector<std::uint8_t>& to) {
  const std::size_t at = begin(static_cast<int>(received.size()), sender_report, to);
  put<4>(to, state.ssrc);
  put<8>(to, state.time);
  put<4>(to, state.timestamp);
  put<4>(to, state.packets);
  put<4>(to, state.octets);
  for (auto& [ssrc, report] : received) report.write(ssrc, to);
  end(at, to);
}

void write_receiver_report(std::uint32_t own, std::map<std::uint32_t, SourceReport>& received,
                           std::vector<std::uint8_t>& to) {
  const std::size_t at = begin(static_cast<int>(received.size()), receiver_report, to);
  put<4>(to, own);
  for (auto& [ssrc, report] : received) report.write(ssrc, to);
  end(at, to);
}

void write_source_description(std::uint32_t ssrc, std::vector<std::uint8_t>& to) {
  constexpr std::string_view canonical_name = "tessera-bench";
  constexpr int cname = 1;
  const std::size_t at = begin(1, source_description, to);
  put<4>(to, ssrc);
  put<1>(to, cname);
  put<1>(to, canonical_name.size());
  to.insert(to.end(), canonical_name.begin(), canonical_name.end());
  put<1>(to, 0);
  end(at, to);
}

void write_picture_loss(std::uint32_t own, std::uint32_t source, std::vector<std::uint8_t>& to) {
  const std::size_t at = begin(1, payload_feedback, to);
  put<4>(to, own);
  put<4>(to, source);
  end(at, to);
}

void TransportFeedback::count(std::uint16_t transport_sequence) {
  std::int64_t whole = transport_sequence;
  if (highest_) {
    whole = *highest_ +
            static_cast<std::int16_t>(transport_sequence - static_cast<std::uint16_t>(*highest_));
  }
  highest_ = highest_ ? std::max(*highest_, whole) : whole;
  arrivals_.emplace(whole, Clock::now());
}

// Section 3.1 of the draft; every packet as a two-bit symbol, with a small or a large delta.
void TransportFeedback::write(std::uint32_t own, std::uint32_t source,
                              std::vector<std::uint8_t>& to) {
  using std::chrono::microseconds;
  constexpr auto tick = microseconds(250);
  constexpr auto reference_tick = microseconds(64'000);
  constexpr int symbols_in_a_chunk = 7;
  const std::int64_t first = arrivals_.begin()->first;
  const std::int64_t last = arrivals_.rbegin()->first;
  const auto since = [&](TimePoint time) {
    return std::chrono::duration_cast<microseconds>(time - began_);
  };
  const std::int64_t reference = since(arrivals_.begin()->second) / reference_tick;

  std::vector<unsigned> symbols;
  std::vector<std::uint8_t> deltas;
  std::int64_t ticks_before = reference * (reference_tick / tick);
  for (std::int64_t sequence = first; sequence <= last; ++sequence) {
    const auto arrival = arrivals_.find(sequence);
    if (arrival == arrivals_.end()) {
      symbols.push_back(0);
      continue;
    }
    const std::int64_t ticks = since(arrival->second) / tick;
    const std::int64_t delta = ticks - ticks_before;
    ticks_before = ticks;
    const bool is_small = delta >= 0 && delta < 256;
    symbols.push_back(is_small ? 1 : 2);
    if (is_small) {
      put<1>(deltas, static_cast<std::uint64_t>(delta));
    } else {
      put<2>(deltas, static_cast<std::uint64_t>(std::clamp<std::int64_t>(delta, -32768, 32767)));
    }
  }

  const std::size_t at = begin(15, transport_feedback, to);
  put<4>(to, own);
  put<4>(to, source);
  put<2>(to, static_cast<std::uint64_t>(first));
  put<2>(to, symbols.size());
  put<3>(to, static_cast<std::uint64_t>(reference));
  put<1>(to, feedbacks_++);
  for (std::size_t begin_at = 0; begin_at < symbols.size(); begin_at += symbols_in_a_chunk) {
    unsigned chunk = 0b11;  // A vector of two-bit symbols.
    for (std::size_t i = 0; i < symbols_in_a_chunk; ++i) {
      chunk = chunk << 2U | (begin_at + i < symbols.size() ? symbols[begin_at + i] : 0U);
    }
    put<2>(to, chunk);
  }
  to.insert(to.end(), deltas.begin(), deltas.end());
  end(at, to);
  arrivals_.clear();
}

RtcpNews read_rtcp(Bytes compound) {
  RtcpNews news;
  for (std::size_t at = 0; at + 8 <= compound.size();) {
    const int format = compound[at] & 31U;
    const int type = compound[at + 1];
    const std::size_t size = 4 * (get<2>(compound, at + 2) + 1);
    if (at + size > compound.size()) break;
    if (type == sender_report && size >= 28) {
      news.sender_reports.push_back({static_cast<std::uint32_t>(get<4>(compound, at + 4)),
                                     get<8>(compound, at + 8),
                                     static_cast<std::uint32_t>(get<4>(compound, at + 16))});
    }
    const bool is_picture_loss = format == 1;
    const bool is_full_intra_request = format == 4;
    if (type == payload_feedback && (is_picture_loss || is_full_intra_request)) {
      ++news.keyframe_requests;
    }
    const bool is_nack = format == 1;
    if (type == transport_feedback && is_nack) ++news.retransmission_requests;
    at += size;
  }
  return news;
}

}  // namespace tessera::bench
