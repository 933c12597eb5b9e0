#include "load/probe.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "load/time_code.h"

namespace tessera::bench {
namespace {

using namespace std::chrono_literals;

constexpr int sample_rate = 48'000;
constexpr int samples_in_frame = sample_rate / 50;
constexpr auto sound_frame = 20ms;

double ms(Clock::duration time) { return std::chrono::duration<double, std::milli>(time).count(); }

// Seconds since 1900.
double ntp_seconds(TimePoint time) {
  const std::chrono::duration<double> ago = Clock::now() - time;
  return static_cast<double>(ntp_now()) / 4294967296.0 - ago.count();
}

}  // namespace

std::optional<double> SenderClock::time_of(std::uint32_t timestamp) const {
  if (mapping_.time == 0) return std::nullopt;
  const auto since = static_cast<std::int32_t>(timestamp - mapping_.timestamp);
  return static_cast<double>(mapping_.time) / 4294967296.0 + static_cast<double>(since) / rate_;
}

Probe::Probe(const std::string& url, const VideoFormat& camera)
    : camera_(camera),
      began_(Clock::now()),
      talker_(url, {.name = "Clock",
                    .codec = camera.codec,
                    .is_live = true,
                    .on_keyframe_request = [this] { video_encoder_->request_keyframe(); }}),
      watcher_(url,
               {.name = "Watcher",
                .codec = camera.codec,
                .on_packet = [this](const RtpPacket& packet,
                                    TimePoint arrival) { take(packet, arrival); },
                .on_sender_report = [this](const RtcpNews::Mapping& mapping) { take(mapping); }}),
      video_encoder_(
          LiveEncoder::video(camera, [this](const EncodedFrame& frame) { send_video(frame); })),
      audio_encoder_(LiveEncoder::audio([this](const EncodedFrame& frame) { send_audio(frame); })),
      video_decoder_(LiveDecoder::video(
          camera.codec, [this](const LiveDecoder::Decoded& decoded) { look(decoded); })),
      audio_decoder_(
          LiveDecoder::audio([this](const LiveDecoder::Decoded& decoded) { listen(decoded); })) {
  pacer_.start_repeating(2ms, [this] { make_due(Clock::now()); });
}

TimePoint Probe::frame_time(std::int64_t frame) const {
  return began_ + std::chrono::duration_cast<Clock::duration>(std::chrono::nanoseconds(1s)) *
                      frame / camera_.frame_rate;
}

void Probe::make_due(TimePoint now) {
  while (frame_time(frames_made_) <= now) {
    const int number = static_cast<int>(frames_made_ % (1 << time_code_bits));
    const TimePoint taken = Clock::now();
    const auto picture = picture_with_time_code(camera_.size, number);
    video_encoder_->push(picture.data(), picture.size(), frame_time(frames_made_) - began_);
    encoding_.push_back({number, taken, {}});
    ++frames_made_;
  }
  // Sound is there when its last sample has been made.
  while (began_ + (sounds_made_ + 1) * sound_frame <= now) {
    make_sound();
    ++sounds_made_;
  }
  talker_.send_due(now);
  watcher_.send_due(now);
}

// A click of 40 ms each second, from the first sample of a packet.
void Probe::make_sound() {
  std::array<float, samples_in_frame> samples = {};
  const std::int64_t in_second = sounds_made_ % 50;
  if (in_second < 2) {
    for (int i = 0; i < samples_in_frame; ++i) {
      samples[static_cast<std::size_t>(i)] =
          static_cast<float>(0.5 * std::sin(2 * M_PI * 1000 * i / sample_rate));
    }
  }
  if (in_second == 0) click_ = {0, began_ + sounds_made_ * sound_frame, {}};
  sounds_are_clicks_.push_back(in_second == 0);
  audio_encoder_->push(samples.data(), sizeof samples, sounds_made_ * sound_frame);
}

void Probe::send_video(const EncodedFrame& frame) {
  if (encoding_.empty()) return;
  Sent sent = encoding_.front();
  encoding_.pop_front();
  talker_.send_video(frame, 90'000U / static_cast<unsigned>(camera_.frame_rate), sent.taken);
  sent.sent = Clock::now();
  sent_[sent.number] = sent;
}

void Probe::send_audio(const EncodedFrame& frame) {
  EncodedFrame with_level = frame;
  const bool is_click = !sounds_are_clicks_.empty() && sounds_are_clicks_.front();
  with_level.audio_level = is_click ? 9 : 60;
  const TimePoint taken = began_ + sounds_sent_++ * sound_frame;
  talker_.send_audio(with_level, samples_in_frame, taken);
  if (is_click) click_.sent = Clock::now();
  if (!sounds_are_clicks_.empty()) sounds_are_clicks_.pop_front();
}

void Probe::take(const RtpPacket& packet, TimePoint arrival) {
  if (packet.payload.empty()) return;
  std::vector<std::uint8_t> whole;
  write_rtp({.payload_type = packet.header.payload_type,
             .marker = packet.header.marker,
             .sequence = packet.header.sequence,
             .timestamp = packet.header.timestamp,
             .ssrc = packet.header.ssrc},
            packet.payload, whole);
  const bool is_sound = packet.header.payload_type == opus_payload_type;
  (is_sound ? sound_clock_ : picture_clock_).ssrc = packet.header.ssrc;
  (is_sound ? sound_arrivals_ : picture_arrivals_)[packet.header.timestamp] = arrival;
  (is_sound ? audio_decoder_ : video_decoder_)->push(whole, packet.header.timestamp);
}

std::optional<Rectangle> Probe::tile(Resolution canvas) const {
  if (!watcher_.layout().is_object()) return std::nullopt;
  for (const auto& one : watcher_.layout().at("tiles")) {
    if (one.at("participant") != talker_.id()) continue;
    const auto part = [&](const char* key, int of) {
      return static_cast<int>(one.at(key).get<double>() * of);
    };
    return Rectangle{part("x", canvas.width), part("y", canvas.height), part("width", canvas.width),
                     part("height", canvas.height)};
  }
  return std::nullopt;
}

void Probe::look(const LiveDecoder::Decoded& decoded) {
  GstStructure* form = gst_caps_get_structure(gst_sample_get_caps(decoded.sample.get()), 0);
  Resolution canvas;
  gst_structure_get_int(form, "width", &canvas.width);
  gst_structure_get_int(form, "height", &canvas.height);
  const auto where = tile(canvas);
  if (!where) return;
  GstMapInfo map;
  gst_buffer_map(gst_sample_get_buffer(decoded.sample.get()), &map, GST_MAP_READ);
  const auto number = read_time_code({map.data, canvas.width, canvas}, *where);
  gst_buffer_unmap(gst_sample_get_buffer(decoded.sample.get()), &map);
  const auto sent = number ? sent_.find(*number) : sent_.end();
  const auto arrival = picture_arrivals_.find(decoded.timestamp);
  if (sent == sent_.end() || arrival == picture_arrivals_.end()) return;
  if (const auto time = picture_clock_.time_of(decoded.timestamp)) {
    samples_.picture_shift.push_back(1000 * (*time - ntp_seconds(sent->second.taken)));
  }
  if (number == shown_) return;  // Still.
  shown_ = number;
  samples_.glass_to_glass.push_back(ms(decoded.time - sent->second.taken));
  samples_.picture_added.push_back(ms(arrival->second - sent->second.sent));
}

void Probe::listen(const LiveDecoder::Decoded& decoded) {
  GstMapInfo map;
  gst_buffer_map(gst_sample_get_buffer(decoded.sample.get()), &map, GST_MAP_READ);
  const auto* samples = reinterpret_cast<const float*>(map.data);
  const auto count = map.size / sizeof(float);
  constexpr float loud = 0.1F;
  const auto* onset =
      std::find_if(samples, samples + count, [](float sample) { return std::abs(sample) > loud; });
  const auto offset = static_cast<std::size_t>(onset - samples);
  gst_buffer_unmap(gst_sample_get_buffer(decoded.sample.get()), &map);
  const bool is_loud = offset < count;
  const bool begins = is_loud && !was_loud_;
  was_loud_ = is_loud;
  const auto arrival = sound_arrivals_.find(decoded.timestamp);
  if (!begins || arrival == sound_arrivals_.end()) return;
  const auto into = std::chrono::nanoseconds(1s) * offset / sample_rate;
  const TimePoint heard = arrival->second + std::chrono::duration_cast<Clock::duration>(into);
  samples_.mouth_to_ear.push_back(ms(heard - click_.taken));
  samples_.sound_added.push_back(ms(heard - click_.sent));
  const auto timestamp = decoded.timestamp + static_cast<std::uint32_t>(offset);
  if (const auto time = sound_clock_.time_of(timestamp)) {
    samples_.sound_shift.push_back(1000 * (*time - ntp_seconds(click_.taken)));
  }
}

void Probe::take(const RtcpNews::Mapping& mapping) {
  if (mapping.ssrc == picture_clock_.ssrc) picture_clock_.take(mapping);
  if (mapping.ssrc == sound_clock_.ssrc) sound_clock_.take(mapping);
}

}  // namespace tessera::bench
