#include "mcu/outputs.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "mcu/broadcast_output.h"
#include "mcu/hls_output.h"
#include "mcu/media_failure.h"
#include "mcu/recording_output.h"

namespace tessera::mcu {
namespace {

// How many that have ended are remembered.
constexpr std::ptrdiff_t most_ended = 20;

// More encoders and connections than a room has a use for.
constexpr std::ptrdiff_t most_active = 20;

using signalling::OutputKind;
using signalling::OutputRequest;

// "2026-11-24 10-30-00".
std::string this_second() {
  const std::unique_ptr<GDateTime, FreeWith<g_date_time_unref>> now(g_date_time_new_now_local());
  return CString(g_date_time_format(now.get(), "%Y-%m-%d %H-%M-%S")).get();
}

// What isn't recorded is lost, mostly for want of space on the disk, so an operator must act.
spdlog::level::level_enum log_level(const signalling::Output& output) {
  if (output.reason.empty()) return spdlog::level::info;
  return output.kind == OutputKind::recording ? spdlog::level::err : spdlog::level::warn;
}

// WebM has the picture that viewers get.
bool has_own_picture(const signalling::OutputSettings& settings) {
  return settings.format != "webm";
}

constexpr const char* id_beginning = "o";

bool has_ended(const std::unique_ptr<Output>& output) { return output->has_ended(); }

}  // namespace

Error unknown_output() { return {"unknown_output", "This room has no such output."}; }

Outputs::Outputs(std::string room, OutputOptions options, Source source,
                 const gst::Descriptions& descriptions, Changed changed)
    : room_(std::move(room)),
      options_(std::move(options)),
      source_(std::move(source)),
      descriptions_(descriptions),
      changed_(std::move(changed)),
      last_id_(options_.latest_number) {}

int Outputs::latest_number(const std::vector<signalling::Output>& outputs) {
  int latest = 0;
  for (const signalling::Output& output : outputs) {
    latest = std::max(latest, std::stoi(output.id.substr(std::string_view(id_beginning).size())));
  }
  return latest;
}

Result<signalling::Output> Outputs::start(const OutputRequest& request) {
  if (std::ranges::count_if(outputs_, std::not_fn(has_ended)) >= most_active) {
    return Error{"not_possible", "This room has as many outputs as it may."};
  }
  const signalling::Output self{.id = id_beginning + std::to_string(++last_id_),
                                .kind = request.kind,
                                .settings = complete(request.settings)};
  auto output = make(self, request.url);
  if (!output && output.error().code == "pipeline_invalid") {
    return media_failure("output can't be started room=" + room_, output.error());
  }
  if (!output && request.kind == OutputKind::recording) {
    log("mcu").error(R"(recording can't be started room={} reason="{}")", room_,
                     output.error().message);
  }
  if (!output) return output.error();
  forget_oldest();
  outputs_.push_back(std::move(*output));
  tell(self.id);
  return outputs_.back()->view();
}

Outputs::Made Outputs::make(const signalling::Output& self, const std::string& url) {
  switch (self.kind) {
    case OutputKind::broadcast:
      return make_broadcast(self, url);
    case OutputKind::recording:
      return make_recording(self);
    case OutputKind::hls:
      break;
  }
  return make_hls(self);
}

Outputs::Made Outputs::make_hls(const signalling::Output& self) {
  if (hls() != nullptr) return Error{"not_possible", "This room is sent as HLS already."};
  return HlsOutput::start(self, feed_for(self), room_, descriptions_,
                          [this, id = self.id] { tell(id); });
}

const HlsOutput* Outputs::hls() const {
  const auto found = std::ranges::find_if(outputs_, [](const auto& output) {
    return output->kind() == OutputKind::hls && !output->has_ended();
  });
  return found == outputs_.end() ? nullptr : static_cast<const HlsOutput*>(found->get());
}

Result<void> Outputs::check(const OutputRequest& request) {
  if (request.kind != OutputKind::broadcast) return {};
  const auto target = egress::Target::parse(request.url);
  return target ? Result<void>() : target.error();
}

Outputs::Made Outputs::make_broadcast(const signalling::Output& self, const std::string& url) {
  auto target = egress::Target::parse(url);
  if (!target) return target.error();
  return BroadcastOutput::start(self, feed_for(self), room_, std::move(*target), descriptions_,
                                [this, id = self.id] { tell(id); });
}

Outputs::Made Outputs::make_recording(const signalling::Output& self) {
  egress::RecordingOptions options;
  options.folder = options_.recordings;
  options.name = next_recording_name();
  options.container =
      has_own_picture(self.settings) ? egress::Container::mp4 : egress::Container::webm;
  return RecordingOutput::start(self, feed_for(self), options, descriptions_,
                                [this, id = self.id] { tell(id); });
}

// Of those that begin in the same second, all but the first are numbered.
std::string Outputs::next_recording_name() {
  if (const std::string now = this_second(); now != std::exchange(second_, now)) {
    recordings_of_second_ = 0;
  }
  std::string name = room_ + " " + second_;
  if (++recordings_of_second_ > 1) name += "-" + std::to_string(recordings_of_second_);
  return name;
}

signalling::OutputSettings Outputs::complete(signalling::OutputSettings settings) const {
  if (!has_own_picture(settings)) return settings;
  const mixer::LiveVideo& usual = options_.video;
  if (settings.size.width == 0) settings.size = usual.size;
  if (settings.frame_rate == 0) settings.frame_rate = usual.frame_rate;
  settings.frame_rate = std::min(settings.frame_rate, usual.frame_rate);
  if (settings.video_bitrate.kbps == 0) settings.video_bitrate = usual.bitrate;
  return settings;
}

OutputFeed Outputs::feed_for(const signalling::Output& output) const {
  const signalling::OutputSettings& settings = output.settings;
  OutputFeed::Source source = [this, kind = output.kind, layout = settings.layout] {
    return source_(kind, layout);
  };
  if (!has_own_picture(settings)) return OutputFeed(std::move(source));
  return {std::move(source), {settings.size, settings.frame_rate, settings.video_bitrate}};
}

// Later, so that whoever hears of it may do with the room what they like.
void Outputs::tell(const std::string& id) {
  anchor_.handle().post([this, id] {
    Output* output = find(id);
    if (output == nullptr) return;
    output->release_unused_feed();
    const std::optional<signalling::Output> news = output->take_news();
    if (!news) return;
    log("mcu").log(log_level(*news), R"(output {} room={} output={} target="{}"{})", news->state,
                   room_, id, news->target,
                   news->reason.empty() ? "" : " reason=\"" + news->reason + "\"");
    changed_(*news);
  });
}

Result<signalling::Output> Outputs::set_paused(const std::string& id, bool paused) {
  Output* output = find(id);
  if (output == nullptr) return unknown_output();
  if (const auto done = output->set_paused(paused); !done) return done.error();
  return output->view();
}

Result<signalling::Output> Outputs::stop(const std::string& id) {
  Output* output = find(id);
  if (output == nullptr) return unknown_output();
  output->stop();
  return output->view();
}

std::vector<signalling::Output> Outputs::views() const {
  std::vector<signalling::Output> views;
  views.reserve(outputs_.size());
  for (const auto& output : outputs_) views.push_back(output->view());
  return views;
}

std::vector<signalling::Output> Outputs::active_views() const {
  std::vector<signalling::Output> views;
  for (const auto& output : outputs_) {
    if (!output->has_ended()) views.push_back(output->view());
  }
  return views;
}

void Outputs::keep_track_of(Participant& participant) {
  for (const auto& output : outputs_) output->keep_track_of(participant);
}

void Outputs::stop_all() {
  for (const auto& output : outputs_) output->stop();
}

void Outputs::give_up_all(const Error& why) {
  for (const auto& output : outputs_) output->give_up(why);
}

void Outputs::stop_recordings() {
  for (Output* recording : active_recordings()) recording->stop();
}

std::vector<Output*> Outputs::active() const {
  std::vector<Output*> active;
  for (const auto& output : outputs_) {
    if (!output->has_ended()) active.push_back(output.get());
  }
  return active;
}

std::vector<Output*> Outputs::active_recordings() const {
  std::vector<Output*> recordings = active();
  std::erase_if(recordings, [](const Output* one) { return one->kind() != OutputKind::recording; });
  return recordings;
}

void Outputs::starve_recordings() {
  for (Output* recording : active_recordings()) recording->starve();
}

void Outputs::refeed_recordings() {
  for (Output* recording : active_recordings()) recording->refeed();
}

bool Outputs::take_from(const Encodings& encodings) const {
  return std::ranges::any_of(active(),
                             [&](const Output* output) { return output->takes_from(encodings); });
}

bool Outputs::record_from(const Encodings& encodings) const {
  return std::ranges::any_of(active_recordings(), [&](const Output* recording) {
    return recording->takes_from(encodings);
  });
}

void Outputs::leave(const Encodings& encodings) {
  for (const auto& output : outputs_) {
    if (output->takes_from(encodings)) output->refeed();
  }
}

void Outputs::give_up(const Encodings& encodings, const Error& why) {
  for (Output* output : active()) {
    if (output->takes_from(encodings)) output->give_up(why);
  }
}

bool Outputs::are_active() const { return !std::ranges::all_of(outputs_, has_ended); }

void Outputs::replace(const mixer::Encoding& failed, bool may_ask_anew) {
  for (const auto& output : outputs_) output->replace(failed, may_ask_anew);
}

std::optional<signalling::Studio::HlsFile> Outputs::hls_file(const std::string& name) const {
  const HlsOutput* output = hls();
  return output != nullptr ? output->file(name) : std::nullopt;
}

Output* Outputs::find(const std::string& id) const {
  const auto found =
      std::ranges::find_if(outputs_, [&](const auto& output) { return output->id() == id; });
  return found == outputs_.end() ? nullptr : found->get();
}

void Outputs::forget_oldest() {
  if (std::ranges::count_if(outputs_, has_ended) < most_ended) return;
  outputs_.erase(std::ranges::find_if(outputs_, has_ended));
}

}  // namespace tessera::mcu
