#include "mcu/room.h"

#include <algorithm>
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

}  // namespace

Room::Room(std::string name, RoomOptions options, const gst::Descriptions& descriptions)
    : name_(std::move(name)),
      options_(std::move(options)),
      descriptions_(descriptions),
      stage_(options_.canvas.tile_slots),
      voice_slots_(options_.voice_slots) {}

Result<void> Room::start_mixers() {
  if (canvas_) return {};
  auto canvas = mixer::Canvas::create(name_, options_.canvas, descriptions_);
  if (!canvas) return media_failure("no canvas room=" + name_, canvas.error());
  auto sound = mixer::AudioMix::create(name_, options_.voice_slots, descriptions_);
  if (!sound) return media_failure("no sound mix room=" + name_, sound.error());
  canvas_ = std::move(*canvas);
  sound_ = std::move(*sound);
  canvas_->pipeline().on_failure([this](const Error& error) { dismiss_all(error); });
  sound_->pipeline().on_failure([this](const Error& error) { dismiss_all(error); });
  const auto replace = [this](const mixer::Encoding& failed, bool may_ask_anew) {
    replace_encoding(failed, may_ask_anew);
  };
  encodings_ = std::make_unique<Encodings>(name_, options_.encodings, *canvas_, *sound_,
                                           descriptions_, replace);
  listening_.start_repeating(listening_interval, [this] { listen(); });
  adapting_.start_repeating(adapting_interval, [this] {
    adapt_to_loss();
    encodings_->stop_unused(Clock::now());
  });
  fill_tiles();
  log("mcu").info("mixers started room={}", name_);
  return {};
}

void Room::add(Participant& participant) {
  send_to_all(signalling::ParticipantJoined{participant.view()});
  participants_.push_back(&participant);
  if (stage_.add(participant.id())) tiles_are_stale_ = true;
  seat(voice_slots_.join(participant.id(), participant.microphone()));
  arranging_.request();
}

void Room::remove(Participant& participant) {
  if (is_over_) return;
  std::erase(participants_, &participant);
  if (stage_.remove(participant.id())) tiles_are_stale_ = true;
  seat(voice_slots_.leave(participant.id()));
  send_to_all(signalling::ParticipantLeft{participant.id()});
  arranging_.request();
  if (is_empty() && on_empty_) on_empty_();
}

void Room::replace(Participant& former, Participant& successor) {
  std::ranges::replace(participants_, &former, &successor);
  tiles_are_stale_ = true;
  send_to_all(signalling::ParticipantChanged{successor.view()});
  successor.take_voice_slot(voice_slots_.slot_of(successor.id()));
  seat(voice_slots_.set_microphone(successor.id(), successor.microphone()));
  arranging_.request();
}

void Room::media_changed(Participant& participant) {
  send_to_all(signalling::ParticipantChanged{participant.view()});
  seat(voice_slots_.set_microphone(participant.id(), participant.microphone()));
  if (canvas_) labelling_.request();
}

void Room::send_to_all(const signalling::ServerMessage& message) {
  const std::string text = signalling::serialize(message);
  for (Participant* participant : participants_) participant->send_serialized(text);
}

Participant* Room::find(const ParticipantId& id) const {
  const auto found = std::ranges::find(participants_, id, &Participant::id);
  return found == participants_.end() ? nullptr : *found;
}

void Room::arrange() {
  if (is_over_) return;
  if (canvas_) {
    adapt_to_people();
    if (tiles_are_stale_) fill_tiles();
  }
  const std::string text = signalling::serialize(layout());
  for (Participant* participant : participants_) participant->send_layout(text);
}

void Room::adapt_to_people() {
  const bool is_watched = std::ranges::any_of(participants_, &Participant::watches);
  const int full = options_.canvas.frame_rate;
  canvas_->set_frame_rate(is_watched ? full : std::min(full, frame_rate_unwatched));
  const int limit = participants_.size() == 1 ? frame_rate_alone : 0;
  canvas_->limit_frame_rate(limit);
  for (Participant* participant : participants_) participant->limit_frame_rate(limit);
}

// Puts the cast into their tiles: gives tiles up first, so that no slot has two users.
void Room::fill_tiles() {
  tiles_are_stale_ = false;
  const std::vector<mixer::Casting>& cast = stage_.cast();
  for (Participant* participant : participants_) {
    const bool is_cast = std::ranges::any_of(cast, [&](const mixer::Casting& casting) {
      return casting.participant == participant->id() &&
             (participant->tile() == nullptr || participant->tile()->slot() == casting.slot);
    });
    if (!is_cast && participant->tile() != nullptr) participant->give_up_tile();
  }
  const std::vector<Rectangle> places = this->places();
  for (std::size_t i = 0; i < places.size(); ++i) {
    find(cast[i].participant)->take_tile(*canvas_, cast[i].slot, places[i]);
  }
  draw_labels();
}

// Of the cast, in its order.
std::vector<Rectangle> Room::places() const {
  return mixer::grid(static_cast<int>(stage_.cast().size()), options_.canvas.size,
                     gap_between_tiles);
}

void Room::draw_labels() {
  std::vector<mixer::Label> labels;
  for (Participant* participant : participants_) {
    if (participant->tile() != nullptr) {
      labels.push_back(participant->tile()->label(participant->microphone()));
    }
  }
  canvas_->set_labels(labels);
}

signalling::Layout Room::layout() const {
  const auto [canvas_width, canvas_height] = options_.canvas.size;
  signalling::Layout layout{options_.canvas.size, {}};
  const std::vector<Rectangle> places = this->places();
  for (std::size_t i = 0; i < places.size(); ++i) {
    const Rectangle& place = places[i];
    layout.tiles.push_back({stage_.cast()[i].participant,
                            static_cast<double>(place.x) / canvas_width,
                            static_cast<double>(place.y) / canvas_height,
                            static_cast<double>(place.width) / canvas_width,
                            static_cast<double>(place.height) / canvas_height});
  }
  return layout;
}

void Room::seat(const std::vector<mixer::Seating>& seatings) {
  for (const mixer::Seating& seating : seatings) {
    Participant* participant = find(seating.participant);
    if (participant != nullptr) participant->take_voice_slot(seating.slot);
  }
}

void Room::listen() {
  const TimePoint now = Clock::now();
  for (Participant* participant : participants_) {
    if (participant->tile() != nullptr) participant->tile()->check_camera();
    const std::optional<int> level = participant->take_level();
    if (!level) continue;
    const mixer::Level heard{static_cast<double>(*level)};
    seat(voice_slots_.hear(participant->id(), heard, now));
    if (voice_slots_.is_speaking(participant->id(), now)) {
      if (stage_.spoke(participant->id(), now)) tiles_are_stale_ = true;
    }
  }
  if (tiles_are_stale_) arranging_.request();
}

// An encoding has to do for the worst of its listeners' lines.
void Room::adapt_to_loss() {
  constexpr int most_of_use = 20;  // Percent.
  std::map<mixer::Encoding*, int> worst;
  for (Participant* participant : participants_) {
    if (mixer::Encoding* sound = participant->sound()) {
      int& loss = worst[sound];
      loss = std::clamp(participant->loss_percent(), loss, most_of_use);
    }
  }
  for (const auto& [sound, loss] : worst) sound->expect_loss(loss);
}

void Room::replace_encoding(const mixer::Encoding& failed, bool may_ask_anew) {
  for (Participant* participant : participants_) participant->encoding_failed(failed, may_ask_anew);
}

void Room::dismiss_all(const Error& reason) {
  if (std::exchange(is_over_, true)) return;
  // Nobody who goes is news to those who go too.
  const std::vector<Participant*> all = std::exchange(participants_, {});
  for (Participant* participant : all) participant->dismiss(reason);
  if (on_empty_) on_empty_();
}

}  // namespace tessera::mcu
