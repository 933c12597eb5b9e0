#include "mcu/outputs.h"

#include <algorithm>
#include <system_error>
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

// A file's name: "standup 2026-11-24 10-30-00".
std::string recording_name(const std::string& room) {
  const std::unique_ptr<GDateTime, FreeWith<g_date_time_unref>> now(g_date_time_new_now_local());
  const CString time(g_date_time_format(now.get(), "%Y-%m-%d %H-%M-%S"));
  return room + " " + time.get();
}

// What isn't recorded is lost, mostly for want of space on the disk, so an operator must act.
spdlog::level::level_enum log_level(const signalling::Output& output) {
  if (output.reason.empty()) return spdlog::level::info;
  return output.kind == OutputKind::recording ? spdlog::level::err : spdlog::level::warn;
}

constexpr const char* id_beginning = "o";

int number_of(const std::string& id) {
  return id.empty() ? 0 : std::stoi(id.substr(std::string_view(id_beginning).size()));
}

bool has_ended(const std::unique_ptr<Output>& output) { return output->has_ended(); }

}  // namespace

Outputs::Outputs(std::string room, OutputOptions options, Source source,
                 const gst::Descriptions& descriptions, Changed changed)
    : room_(std::move(room)),
      options_(std::move(options)),
      source_(std::move(source)),
      descriptions_(descriptions),
      changed_(std::move(changed)),
      last_id_(number_of(options_.latest_id)) {}

Result<signalling::Output> Outputs::start(const OutputRequest& request) {
  if (std::ranges::count_if(outputs_, std::not_fn(has_ended)) >= most_active) {
    return Error{"not_possible", "This room has as many outputs as it may."};
  }
  const std::string id = id_beginning + std::to_string(++last_id_);
  auto output = make(id, request);
  if (!output && output.error().code == "pipeline_invalid") {
    return media_failure("output can't be started room=" + room_, output.error());
  }
  if (!output) return output.error();
  forget_oldest();
  outputs_.push_back(std::move(*output));
  tell(id);
  return outputs_.back()->view();
}

Outputs::Made Outputs::make(const std::string& id, const OutputRequest& request) {
  switch (request.kind) {
    case OutputKind::broadcast:
      return make_broadcast(id, request);
    case OutputKind::recording:
      return make_recording(id, request);
    case OutputKind::hls:
      break;
  }
  return make_hls(id, request);
}

Outputs::Made Outputs::make_hls(const std::string& id, const OutputRequest& request) {
  if (hls() != nullptr) return Error{"not_possible", "This room is sent as HLS already."};
  return HlsOutput::start(id, OutputFeed(source_of(request), video_of(request)), room_,
                          descriptions_, [this, id] { tell(id); });
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

Outputs::Made Outputs::make_broadcast(const std::string& id, const OutputRequest& request) {
  auto target = egress::Target::parse(request.url);
  if (!target) return target.error();
  return BroadcastOutput::start(id, OutputFeed(source_of(request), video_of(request)), room_,
                                std::move(*target), descriptions_, [this, id] { tell(id); });
}

Outputs::Made Outputs::make_recording(const std::string& id, const OutputRequest& request) {
  std::error_code error;
  std::filesystem::create_directories(options_.recordings, error);
  if (error) {
    log("mcu").error("no folder for recordings reason=\"{}\"", error.message());
    return Error{"recording_failed", "The folder for recordings can't be made."};
  }
  const bool is_webm = request.format == "webm";
  egress::RecordingOptions options;
  options.folder = options_.recordings;
  options.name = recording_name(room_);
  options.container = is_webm ? egress::Container::webm : egress::Container::mp4;
  OutputFeed feed =
      is_webm ? OutputFeed(source_of(request)) : OutputFeed(source_of(request), video_of(request));
  return RecordingOutput::start(id, std::move(feed), options, request.tracks, descriptions_,
                                [this, id] { tell(id); });
}

OutputFeed::Source Outputs::source_of(const OutputRequest& request) const {
  return [this, kind = request.kind, layout = request.layout] { return source_(kind, layout); };
}

mixer::LiveVideo Outputs::video_of(const OutputRequest& request) const {
  mixer::LiveVideo video = options_.video;
  if (request.size.width != 0) video.size = request.size;
  if (request.frame_rate != 0) video.frame_rate = std::min(request.frame_rate, video.frame_rate);
  if (request.video_bitrate.kbps != 0) video.bitrate = request.video_bitrate;
  return video;
}

// Later, so that whoever hears of it may do with the room what they like.
void Outputs::tell(const std::string& id) {
  anchor_.handle().post([this, id] {
    Output* output = find(id);
    if (output == nullptr) return;
    output->release_unused_feed();
    const signalling::Output view = output->view();
    log("mcu").log(log_level(view), R"(output {} room={} output={} target="{}"{})", view.state,
                   room_, id, view.target,
                   view.reason.empty() ? "" : " reason=\"" + view.reason + "\"");
    changed_(view);
  });
}

Result<signalling::Output> Outputs::set_paused(const std::string& id, bool paused) {
  Output* output = find(id);
  if (output == nullptr) return Error{"unknown_output", "This room has no such output."};
  if (const auto done = output->set_paused(paused); !done) return done.error();
  return output->view();
}

Result<signalling::Output> Outputs::stop(const std::string& id) {
  Output* output = find(id);
  if (output == nullptr) return Error{"unknown_output", "This room has no such output."};
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
