#include "load/sender.h"

#include <random>

namespace tessera::bench {
namespace {

using namespace std::chrono_literals;

template <typename Number>
Number random_number(Number least, Number most) {
  static std::mt19937 generator{std::random_device{}()};
  return std::uniform_int_distribution<Number>(least, most)(generator);
}

}  // namespace

Clock::duration some_time(std::chrono::milliseconds most) {
  return Clock::duration(random_number<Clock::rep>(0, Clock::duration(most).count()));
}

Sender::Sender(int payload_type, const Track* track)
    : track_(track),
      payload_type_(payload_type),
      ssrc_(random_number<std::uint32_t>(1, 0xfffffffe)),
      sequence_(random_number<std::uint16_t>(0, 0xffff)),
      timestamp_(random_number<std::uint32_t>(0, 0xffffffff)) {}

void Sender::start(TimePoint now, double begin) {
  due_ = now + some_time(33ms);
  if (track_ == nullptr) return;
  const std::size_t count = track_->frames.size();
  next_ = static_cast<std::size_t>(begin * static_cast<double>(count)) % count;
}

const EncodedFrame* Sender::begin_due(TimePoint now) {
  if (track_ == nullptr || due_ > now) return nullptr;
  const EncodedFrame& frame = track_->frames[next_];
  begin_frame(track_->timestamp_step, due_);
  next_ = (next_ + 1) % track_->frames.size();
  due_ += std::chrono::duration_cast<Clock::duration>(track_->interval);
  return &frame;
}

void Sender::begin_frame(std::uint32_t timestamp_step, TimePoint taken) {
  timestamp_ += timestamp_step;
  taken_ = taken;
}

RtpHeader Sender::header(const EncodedFrame& frame, std::size_t index) {
  const bool is_sound = payload_type_ == opus_payload_type;
  const bool is_last = index + 1 == frame.payloads.size();
  ++packets_;
  octets_ += static_cast<std::uint32_t>(frame.payloads[index].size());
  return {.payload_type = payload_type_,
          .marker = is_last && !is_sound,
          .sequence = sequence_++,
          .timestamp = timestamp_,
          .ssrc = ssrc_,
          .audio_level = frame.audio_level,
          .transport_sequence = {}};
}

SenderState Sender::state(TimePoint now) const {
  const std::chrono::duration<double> since = now - taken_;
  const auto since_in_ntp = static_cast<NtpTime>(since.count() * 4294967296.0);
  return {ssrc_, timestamp_, ntp_now() - since_in_ntp, packets_, octets_};
}

std::vector<SenderState> states(std::span<const Sender> senders, TimePoint now) {
  std::vector<SenderState> all;
  for (const Sender& sender : senders) {
    if (sender.has_sent()) all.push_back(sender.state(now));
  }
  return all;
}

}  // namespace tessera::bench
