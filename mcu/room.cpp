#include "mcu/room.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "base/log.h"
#include "mcu/media_failure.h"
#include "mixer/layout.h"

namespace tessera::mcu {
namespace {

constexpr int gap_between_tiles = 4;  // Pixels.

// Who is alone sees nobody but themselves, and needs no more than that.
constexpr int frame_rate_alone = 12;

// Of a picture that nobody is sent. Its first watcher may come at any time, and waits for a frame.
constexpr int frame_rate_unwatched = 5;

// How often levels are read and stalled cameras looked for.
constexpr Duration listening_interval = std::chrono::milliseconds(100);

// How often sound is adapted to the lines of its listeners, who report about once a second, and
// encoders that nobody uses any more are looked for.
constexpr Duration adapting_interval = std::chrono::seconds(2);

// How long a recording goes on without anybody: they may come back.
constexpr Duration recorded_while_deserted = std::chrono::minutes(1);

// Decoders and connections, which cost what a participant does.
constexpr std::size_t most_played = 20;
constexpr std::size_t most_played_lately = 20;

// Who comes back with the token of a seat that is gone, and says nothing of recordings.
constexpr std::size_t most_left_out = 1000;

Error unknown_source() { return {"unknown_source", "This room has no such source."}; }

}  // namespace

Room::Room(std::string name, RoomOptions options, const gst::Descriptions& descriptions)
    : name_(std::move(name)),
      options_(std::move(options)),
      descriptions_(descriptions),
      scenes_(name_, options_.scene, descriptions_,
              {[this](const mixer::Encoding& failed, bool may_ask_anew) {
                 replace_encoding(failed, may_ask_anew);
               },
               [this](Scene::Kind kind, const Error& error) { take_failure(kind, error); }}),
      stage_(options_.scene.canvas.tile_slots),
      voice_slots_(options_.scene.voice_slots) {}

Result<void> Room::start_mixers() {
  if (scenes_.have_started()) return {};
  if (const auto started = scenes_.start(); !started) return started.error();
  outputs_ = std::make_unique<Outputs>(
      name_, options_.outputs,
      [this](signalling::OutputKind kind, signalling::OutputLayout layout) {
        return encodings_for(kind, layout);
      },
      descriptions_, [this](const signalling::Output& output) { follow_output(output); });
  listening_.start_repeating(listening_interval, [this] { listen(); });
  adapting_.start_repeating(adapting_interval, [this] {
    adapt_to_loss();
    close_unneeded_scenes();
    for (Scene* scene : scenes_.all()) scene->encodings().stop_unused(Clock::now());
  });
  fill_tiles();
  log("mcu").info("mixers started room={}", name_);
  return {};
}

void Room::add(Participant& participant) {
  bring_on(participant);
  participants_.push_back(&participant);
  deserted_.stop();
}

void Room::bring_on(Performer& performer) {
  send_to_all(signalling::ParticipantJoined{performer.view()});
  performers_.push_back(&performer);
  scenes_.add(performer);
  if (!performer.recorded()) consent_changed();
  if (stage_.add(performer.id())) tiles_are_stale_ = true;
  if (speaker_.add(performer.id())) tiles_are_stale_ = true;
  seat(voice_slots_.join(performer.id(), performer.microphone()));
  arranging_.request();
}

void Room::remove(Participant& participant) {
  if (is_over_) return;
  std::erase(participants_, &participant);
  std::erase(left_out_, participant.token());
  if (!participant.recorded()) left_out_.push_back(participant.token());
  if (left_out_.size() > most_left_out) left_out_.pop_front();
  take_off(participant);
  watch_desertion();
  check_empty();
}

bool Room::has_left_out(const std::string& token) const {
  return std::ranges::find(left_out_, token) != left_out_.end();
}

void Room::watch_desertion() {
  if (!participants_.empty() || !outputs_) return;
  deserted_.start_once(recorded_while_deserted, [this] { outputs_->stop_recordings(); });
}

void Room::take_off(Performer& performer) {
  std::erase(performers_, &performer);
  if (stage_.remove(performer.id())) tiles_are_stale_ = true;
  if (speaker_.remove(performer.id())) tiles_are_stale_ = true;
  seat(voice_slots_.leave(performer.id()));
  send_to_all(signalling::ParticipantLeft{performer.id()});
  arranging_.request();
}

void Room::replace(Participant& former, Participant& successor) {
  std::ranges::replace(participants_, &former, &successor);
  std::ranges::replace(performers_, static_cast<Performer*>(&former),
                       static_cast<Performer*>(&successor));
  scenes_.add(successor);
  if (!successor.recorded()) consent_changed();
  tiles_are_stale_ = true;
  send_to_all(signalling::ParticipantChanged{successor.view()});
  successor.take_voice_slot(voice_slots_.slot_of(successor.id()));
  seat(voice_slots_.set_microphone(successor.id(), successor.microphone()));
  arranging_.request();
}

void Room::media_changed(Performer& performer) {
  send_to_all(signalling::ParticipantChanged{performer.view()});
  seat(voice_slots_.set_microphone(performer.id(), performer.microphone()));
  if (scenes_.have_started()) labelling_.request();
}

void Room::consent_changed() {
  scenes_.consent_changed();
  if (!outputs_) return;
  const auto has_all_and_is_recorded = [this](Scene* scene) {
    return scene->kind().purpose == Scene::Purpose::meeting &&
           outputs_->record_from(scene->encodings());
  };
  if (std::ranges::none_of(scenes_.all(), has_all_and_is_recorded)) return;
  // At once, for another scene takes its time.
  outputs_->starve_recordings();
  outputs_->refeed_recordings();
}

Result<Scene*> Room::scene_for_record() {
  if (!scenes_.have_started()) return nullptr;
  return scenes_.for_record(signalling::OutputLayout::grid);
}

Result<Encodings*> Room::encodings_for(signalling::OutputKind kind,
                                       signalling::OutputLayout layout) {
  const bool is_kept = kind == signalling::OutputKind::recording;
  const auto scene =
      is_kept ? scenes_.for_record(layout) : scenes_.get({Scene::Purpose::meeting, layout});
  if (!scene) return scene.error();
  return &(*scene)->encodings();
}

void Room::close_unneeded_scenes() {
  const auto is_used = [this](Scene& scene) { return outputs_->take_from(scene.encodings()); };
  while (const auto scene = scenes_.take_unneeded(Clock::now(), is_used)) {
    outputs_->leave(scene->encodings());
  }
}

void Room::add(Viewer& viewer) { viewers_.push_back(&viewer); }

void Room::remove(Viewer& viewer) {
  if (is_over_) return;
  std::erase(viewers_, &viewer);
  arranging_.request();
  check_empty();
}

void Room::check_empty() {
  if (is_empty() && on_empty_) on_empty_();
}

void Room::connected(Participant& participant) { outputs_->keep_track_of(participant); }

std::vector<Recipient*> Room::recipients() const {
  std::vector<Recipient*> all(participants_.begin(), participants_.end());
  all.insert(all.end(), viewers_.begin(), viewers_.end());
  return all;
}

void Room::send_to_all(const signalling::ServerMessage& message) {
  const std::string text = signalling::serialize(message);
  for (Participant* participant : participants_) participant->send_serialized(text);
}

Performer* Room::find(const ParticipantId& id) const {
  const auto found = std::ranges::find(performers_, id, &Performer::id);
  return found == performers_.end() ? nullptr : *found;
}

void Room::arrange() {
  if (is_over_) return;
  if (scenes_.have_started()) {
    adapt_to_people();
    if (tiles_are_stale_) fill_tiles();
  }
  const std::string text = signalling::serialize(layout());
  for (Participant* participant : participants_) participant->send_layout(text);
}

void Room::adapt_to_people() {
  const bool goes_out = outputs_->are_active();
  const bool is_watched = goes_out || std::ranges::any_of(recipients(), &Recipient::watches);
  const int full = options_.scene.canvas.frame_rate;
  scenes_.meeting().canvas().set_frame_rate(is_watched ? full
                                                       : std::min(full, frame_rate_unwatched));
  const bool is_alone = participants_.size() == 1 && viewers_.empty() && performers_.size() == 1;
  const int limit = is_alone && !goes_out ? frame_rate_alone : 0;
  scenes_.meeting().canvas().limit_frame_rate(limit);
  for (Performer* performer : performers_) performer->limit_frame_rate(limit);
}

void Room::fill_tiles() {
  tiles_are_stale_ = false;
  const std::vector<Placing> placings = this->placings(stage_);
  for (Performer* performer : performers_) {
    const auto found = std::ranges::find(placings, performer, &Placing::performer);
    const bool is_cast = found != placings.end();
    performer->take_place(is_cast ? std::optional(found->place.size()) : std::nullopt);
  }
  scenes_.arrange(signalling::OutputLayout::grid, placings);
  scenes_.arrange(signalling::OutputLayout::speaker, this->placings(speaker_));
}

// Of the cast, in its order.
std::vector<Placing> Room::placings(const mixer::Stage& stage) const {
  const std::vector<mixer::Casting>& cast = stage.cast();
  const std::vector<Rectangle> places =
      mixer::grid(static_cast<int>(cast.size()), options_.scene.canvas.size, gap_between_tiles);
  std::vector<Placing> placings;
  placings.reserve(places.size());
  for (std::size_t i = 0; i < places.size(); ++i) {
    placings.push_back({find(cast[i].participant), cast[i].slot, places[i]});
  }
  return placings;
}

signalling::Layout Room::layout() const {
  const auto [canvas_width, canvas_height] = options_.scene.canvas.size;
  signalling::Layout layout{options_.scene.canvas.size, {}};
  for (const auto& [performer, slot, place] : placings(stage_)) {
    layout.tiles.push_back({performer->id(), static_cast<double>(place.x) / canvas_width,
                            static_cast<double>(place.y) / canvas_height,
                            static_cast<double>(place.width) / canvas_width,
                            static_cast<double>(place.height) / canvas_height});
  }
  return layout;
}

void Room::seat(const std::vector<mixer::Seating>& seatings) {
  for (const mixer::Seating& seating : seatings) {
    Performer* performer = find(seating.participant);
    if (performer != nullptr) performer->take_voice_slot(seating.slot);
  }
}

void Room::listen() {
  const TimePoint now = Clock::now();
  for (Scene* scene : scenes_.all()) scene->check_cameras();
  for (Performer* performer : performers_) {
    const std::optional<int> level = performer->take_level();
    if (!level) continue;
    const mixer::Level heard{static_cast<double>(*level)};
    seat(voice_slots_.hear(performer->id(), heard, now));
    if (voice_slots_.is_speaking(performer->id(), now)) {
      if (stage_.spoke(performer->id(), now)) tiles_are_stale_ = true;
      if (speaker_.spoke(performer->id(), now)) tiles_are_stale_ = true;
    }
  }
  if (tiles_are_stale_) arranging_.request();
}

// An encoding has to do for the worst of its listeners' lines.
void Room::adapt_to_loss() {
  constexpr int most_of_use = 20;  // Percent.
  std::map<mixer::Encoding*, int> worst;
  for (const Recipient* recipient : recipients()) {
    if (mixer::Encoding* sound = recipient->sound()) {
      int& loss = worst[sound];
      loss = std::clamp(recipient->loss_percent(), loss, most_of_use);
    }
  }
  for (const auto& [sound, loss] : worst) sound->expect_loss(loss);
}

void Room::replace_encoding(const mixer::Encoding& failed, bool may_ask_anew) {
  for (Recipient* recipient : recipients()) recipient->encoding_failed(failed, may_ask_anew);
  outputs_->replace(failed, may_ask_anew);
}

Result<signalling::Output> Room::start_output(const signalling::OutputRequest& request) {
  if (const auto checked = Outputs::check(request); !checked) return checked.error();
  if (const auto started = start_mixers(); !started) return started.error();
  auto output = outputs_->start(request);
  if (output) adapt_to_people();
  for (Participant* participant : participants_) {
    if (participant->may_be_followed()) outputs_->keep_track_of(*participant);
  }
  // A recording has its whole minute, whatever was started before it.
  if (request.kind == signalling::OutputKind::recording || !deserted_.is_running()) {
    watch_desertion();
  }
  return output;
}

Result<signalling::Source> Room::play(const ParticipantId& id,
                                      const signalling::SourceRequest& request) {
  if (played_.size() >= most_played) {
    return Error{"not_possible", "This room has as many sources as it may."};
  }
  if (const auto started = start_mixers(); !started) return started.error();
  ingest::PlayerOptions options = options_.player;
  options.loop = request.loop;
  // Later, as it may be in the middle of something.
  auto played = PlayedSource::start(
      *this, id, request, options,
      [this, id, owner = anchor_.handle()] { owner.post([this, id] { (void)stop_playing(id); }); });
  if (!played && played.error().code == "pipeline_invalid") {
    return media_failure("source can't be played room=" + name_, played.error());
  }
  if (!played) return played.error();
  played_.push_back(std::move(*played));
  bring_on(*played_.back());
  return played_.back()->source();
}

std::vector<std::unique_ptr<PlayedSource>>::iterator Room::find_played(const ParticipantId& id) {
  return std::ranges::find_if(played_, [&](const auto& played) { return played->id() == id; });
}

Result<signalling::Source> Room::change(const ParticipantId& id,
                                        const signalling::SourceChange& change) {
  const auto found = find_played(id);
  if (found == played_.end()) return unknown_source();
  if (const auto changed = (*found)->change(change); !changed) return changed.error();
  return (*found)->source();
}

Result<void> Room::stop_playing(const ParticipantId& id) {
  const auto found = find_played(id);
  if (found == played_.end()) return unknown_source();
  played_lately_.push_back((*found)->last_source());
  if (played_lately_.size() > most_played_lately) played_lately_.pop_front();
  (*found)->end_performance();  // Before another gets their slots.
  take_off(**found);
  played_.erase(found);
  return {};
}

std::vector<signalling::Source> Room::sources() const {
  std::vector<signalling::Source> sources(played_lately_.begin(), played_lately_.end());
  for (const auto& played : played_) sources.push_back(played->source());
  return sources;
}

void Room::follow_output(const signalling::Output& output) {
  send_to_all(signalling::OutputChanged{output});
  arranging_.request();
  check_empty();
}

void Room::take_failure(Scene::Kind kind, const Error& error) {
  if (kind == Scene::Kind()) {
    if (outputs_) outputs_->give_up_all(error);
    return dismiss_all(error);
  }
  // A further scene's ends only what takes it. Later, as it can't go in the middle of its failure.
  anchor_.handle().post([this, kind, error] {
    const auto scene = scenes_.take(kind);
    if (!scene) return;
    outputs_->give_up(scene->encodings(), error);
    outputs_->leave(scene->encodings());
  });
}

void Room::dismiss_all(const Error& reason) {
  if (std::exchange(is_over_, true)) return;
  // Nobody who goes is news to those who go too. Followers go first, or they would be told that
  // whom they follow has left.
  std::vector<Recipient*> all(followers_.begin(), followers_.end());
  std::ranges::copy(recipients(), std::back_inserter(all));
  performers_.clear();
  participants_.clear();
  viewers_.clear();
  played_.clear();
  for (Recipient* recipient : all) recipient->dismiss(reason);
  if (outputs_) outputs_->stop_all();
  check_empty();
}

}  // namespace tessera::mcu
