#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "command.h"
#include "load/live.h"
#include "load/load.h"
#include "load/time_code.h"
#include "measure/statistics.h"
#include "meeting_setup.h"
#include "support/wait.h"

namespace tessera::bench {
namespace {

using namespace std::chrono_literals;

constexpr int sample_rate = 48'000;
constexpr int samples_in_frame = sample_rate / 50;
constexpr auto sound_frame = 20ms;

double ms(Clock::duration time) { return std::chrono::duration<double, std::milli>(time).count(); }

// RTP timestamps of a source against the sender's clock, by its latest sender report.
class SenderClock {
 public:
  explicit SenderClock(int rate) : rate_(rate) {}

  void take(const RtcpNews::Mapping& mapping) { mapping_ = mapping; }
  std::uint32_t ssrc = 0;

  // Seconds since 1900; nothing before the first report.
  std::optional<double> time_of(std::uint32_t timestamp) const {
    if (mapping_.time == 0) return std::nullopt;
    const auto since = static_cast<std::int32_t>(timestamp - mapping_.timestamp);
    return static_cast<double>(mapping_.time) / 4294967296.0 + static_cast<double>(since) / rate_;
  }

 private:
  int rate_;
  RtcpNews::Mapping mapping_;
};

// Seconds since 1900.
double ntp_seconds(TimePoint time) {
  const std::chrono::duration<double> ago = Clock::now() - time;
  return static_cast<double>(ntp_now()) / 4294967296.0 - ago.count();
}

// What was measured, all in milliseconds.
struct Samples {
  std::vector<double> glass_to_glass;  // From the frame at the encoder to the decoded composite.
  std::vector<double> picture_added;  // From its last packet sent to the composite's last received.
  std::vector<double> mouth_to_ear;   // From the sound made to when it could be played.
  std::vector<double> sound_added;    // Likewise, but from when its packet was sent.
  std::vector<double> picture_shift;  // Sender's clock at the composite minus when it was taken.
  std::vector<double> sound_shift;
};

// One participant who shows a clock and clicks, and one who looks and listens.
class Probe {
 public:
  Probe(const std::string& url, const VideoFormat& camera)
      : camera_(camera),
        talker_(url, {.name = "Clock",
                      .codec = camera.codec,
                      .is_live = true,
                      .on_keyframe_request = [this] { video_encoder_->request_keyframe(); }}),
        watcher_(url, {.name = "Watcher",
                       .codec = camera.codec,
                       .on_packet = [this](const RtpPacket& packet,
                                           TimePoint arrival) { take(packet, arrival); },
                       .on_sender_report =
                           [this](const RtcpNews::Mapping& mapping) {
                             if (mapping.ssrc == picture_clock_.ssrc) picture_clock_.take(mapping);
                             if (mapping.ssrc == sound_clock_.ssrc) sound_clock_.take(mapping);
                           }}),
        video_encoder_(
            LiveEncoder::video(camera, [this](const EncodedFrame& frame) { send_video(frame); })),
        audio_encoder_(
            LiveEncoder::audio([this](const EncodedFrame& frame) { send_audio(frame); })),
        video_decoder_(LiveDecoder::video(
            camera.codec, [this](const LiveDecoder::Decoded& decoded) { look(decoded); })),
        audio_decoder_(
            LiveDecoder::audio([this](const LiveDecoder::Decoded& decoded) { listen(decoded); })) {
    const TimePoint now = Clock::now();
    began_ = now;
    pacer_.start_repeating(2ms, [this] { make_due(Clock::now()); });
  }

  bool has_media() const { return watcher_.has_media() && talker_.has_media(); }
  std::string failure() const {
    return talker_.failure().empty() ? watcher_.failure() : talker_.failure();
  }
  void start_measuring() { samples_ = {}; }
  const Samples& samples() const { return samples_; }

 private:
  struct Sent {
    int number = 0;
    TimePoint taken;
    TimePoint sent;
  };

  TimePoint frame_time(std::int64_t frame) const {
    return began_ + std::chrono::duration_cast<Clock::duration>(std::chrono::nanoseconds(1s)) *
                        frame / camera_.frame_rate;
  }

  void make_due(TimePoint now) {
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
  void make_sound() {
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

  void send_video(const EncodedFrame& frame) {
    if (encoding_.empty()) return;
    Sent sent = encoding_.front();
    encoding_.pop_front();
    talker_.send_video(frame, 90'000U / static_cast<unsigned>(camera_.frame_rate), sent.taken);
    sent.sent = Clock::now();
    sent_[sent.number] = sent;
  }

  void send_audio(const EncodedFrame& frame) {
    EncodedFrame with_level = frame;
    const bool is_click = !sounds_are_clicks_.empty() && sounds_are_clicks_.front();
    with_level.audio_level = is_click ? 9 : 60;
    const TimePoint taken = began_ + sounds_sent_++ * sound_frame;
    talker_.send_audio(with_level, samples_in_frame, taken);
    if (is_click) click_.sent = Clock::now();
    if (!sounds_are_clicks_.empty()) sounds_are_clicks_.pop_front();
  }

  void take(const RtpPacket& packet, TimePoint arrival) {
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

  std::optional<Rectangle> tile(Resolution canvas) const {
    if (!watcher_.layout().is_object()) return std::nullopt;
    for (const auto& one : watcher_.layout().at("tiles")) {
      if (one.at("participant") != talker_.id()) continue;
      const auto part = [&](const char* key, int of) {
        return static_cast<int>(one.at(key).template get<double>() * of);
      };
      return Rectangle{part("x", canvas.width), part("y", canvas.height),
                       part("width", canvas.width), part("height", canvas.height)};
    }
    return std::nullopt;
  }

  void look(const LiveDecoder::Decoded& decoded) {
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

  void listen(const LiveDecoder::Decoded& decoded) {
    GstMapInfo map;
    gst_buffer_map(gst_sample_get_buffer(decoded.sample.get()), &map, GST_MAP_READ);
    const auto* samples = reinterpret_cast<const float*>(map.data);
    const auto count = map.size / sizeof(float);
    constexpr float loud = 0.1F;
    const auto* onset = std::find_if(samples, samples + count,
                                     [](float sample) { return std::abs(sample) > loud; });
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

  VideoFormat camera_;
  TimePoint began_;
  std::int64_t frames_made_ = 0;
  std::int64_t sounds_made_ = 0;
  std::int64_t sounds_sent_ = 0;
  std::deque<Sent> encoding_;
  std::deque<bool> sounds_are_clicks_;
  std::map<int, Sent> sent_;  // By number.
  Sent click_;
  std::optional<int> shown_;
  bool was_loud_ = false;
  SenderClock picture_clock_{90'000};
  SenderClock sound_clock_{sample_rate};
  std::map<std::uint32_t, TimePoint> picture_arrivals_;
  std::map<std::uint32_t, TimePoint> sound_arrivals_;
  Samples samples_;
  Participant talker_;
  Participant watcher_;
  std::unique_ptr<LiveEncoder> video_encoder_;
  std::unique_ptr<LiveEncoder> audio_encoder_;
  std::unique_ptr<LiveDecoder> video_decoder_;
  std::unique_ptr<LiveDecoder> audio_decoder_;
  Timer pacer_;
};

Row row_of(const std::string& name, const std::vector<double>& values) {
  if (values.empty()) return {name, {0, std::nullopt, std::nullopt, std::nullopt}};
  return {name,
          {static_cast<double>(values.size()), quantile(values, 0.5), quantile(values, 0.95),
           quantile(values, 0.99)}};
}

// How far the sound is behind the picture (more than 0) or before it, click by click.
std::vector<double> lip_sync(const Samples& samples) {
  if (samples.picture_shift.empty()) return {};
  const double picture = quantile(samples.picture_shift, 0.5);
  std::vector<double> behind;
  for (const double shift : samples.sound_shift) behind.push_back(shift - picture);
  return behind;
}

}  // namespace

Result<std::vector<Table>> run_latency(const Arguments& arguments) {
  const auto plan = plan_from("latency", arguments, {.participants = 9, .speaking = 0});
  if (!plan) return plan.error();
  auto meeting = MeetingSetup::create(*plan, arguments.server);
  if (!meeting) return meeting.error();
  if (const auto joined = (*meeting)->people_join(plan->participants - 2); !joined) {
    return joined.error();
  }
  Probe probe((*meeting)->url(), plan->load.camera);
  test::wait_until([&] { return probe.has_media() || !probe.failure().empty(); }, 20s);
  if (!probe.has_media()) return Error{"not_joined", "The probe isn't in: " + probe.failure()};
  test::observe(5s);
  say("measuring for " + std::to_string(plan->seconds) + " s");
  probe.start_measuring();
  test::observe(std::chrono::seconds(plan->seconds));
  const Samples& samples = probe.samples();
  if (samples.glass_to_glass.empty() || samples.mouth_to_ear.empty()) {
    return Error{"nothing_measured", "The clock wasn't seen, or its clicks weren't heard."};
  }
  return std::vector<Table>{
      {"Latency among " + std::to_string(plan->participants) + " participants",
       "what",
       {{"samples", "", 0}, {"median", "ms"}, {"p95", "ms"}, {"p99", "ms"}},
       {row_of("glass to glass", samples.glass_to_glass),
        row_of("picture, added by the server", samples.picture_added),
        row_of("mouth to ear", samples.mouth_to_ear),
        row_of("sound, added by the server", samples.sound_added),
        row_of("picture's time stamp behind its taking", samples.picture_shift),
        row_of("sound's time stamp behind its making", samples.sound_shift),
        row_of("sound behind picture (lip sync)", lip_sync(samples))}}};
}

}  // namespace tessera::bench
