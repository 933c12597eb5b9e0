#include "mcu/room.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "mixer/layout.h"

namespace tessera::mcu {
namespace {

constexpr int gap_between_tiles = 4;  // Pixels.

// How often levels are read and stalled cameras looked for.
constexpr Duration listening_interval = std::chrono::milliseconds(100);

}  // namespace

Result<std::unique_ptr<Room>> Room::create(const std::string& name, const RoomOptions& options,
                                           const gst::Descriptions& descriptions) {
  auto canvas = mixer::Canvas::create(name, options.canvas, descriptions);
  if (!canvas) return canvas.error();
  auto sound = mixer::AudioMix::create(name, options.voice_slots, descriptions);
  if (!sound) return sound.error();
  return std::unique_ptr<Room>(
      new Room(name, options, descriptions, std::move(*canvas), std::move(*sound)));
}

Room::Room(std::string name, RoomOptions options, const gst::Descriptions& descriptions,
           std::unique_ptr<mixer::Canvas> canvas, std::unique_ptr<mixer::AudioMix> sound)
    : name_(std::move(name)),
      options_(std::move(options)),
      descriptions_(descriptions),
      canvas_(std::move(canvas)),
      sound_(std::move(sound)),
      encodings_(name_, options_.encodings, *canvas_, *sound_, descriptions_,
                 [this](const mixer::Encoding& failed, bool may_ask_anew) {
                   replace_encoding(failed, may_ask_anew);
                 }),
      stage_(options_.canvas.tile_slots),
      voice_slots_(options_.voice_slots) {
  canvas_->pipeline().on_failure([this](const Error& error) { dismiss_all(error); });
  sound_->pipeline().on_failure([this](const Error& error) { dismiss_all(error); });
  listening_.start_repeating(listening_interval, [this] { listen(); });
}

void Room::add(Participant& participant) {
  send_to_all(signalling::ParticipantJoined{participant.view()});
  participants_.push_back(&participant);
  stage_.add(participant.id());
  seat(voice_slots_.join(participant.id(), participant.microphone()));
  arrange_soon();
}

void Room::remove(Participant& participant) {
  if (is_over_) return;
  std::erase(participants_, &participant);
  stage_.remove(participant.id());
  seat(voice_slots_.leave(participant.id()));
  send_to_all(signalling::ParticipantLeft{participant.id()});
  arrange_soon();
  if (is_empty() && on_empty_) on_empty_();
}

void Room::replace(Participant& former, Participant& successor) {
  std::ranges::replace(participants_, &former, &successor);
  send_to_all(signalling::ParticipantChanged{successor.view()});
  successor.take_voice_slot(voice_slots_.slot_of(successor.id()));
  seat(voice_slots_.set_microphone(successor.id(), successor.microphone()));
  arrange_soon();
}

void Room::media_changed(Participant& participant) {
  send_to_all(signalling::ParticipantChanged{participant.view()});
  seat(voice_slots_.set_microphone(participant.id(), participant.microphone()));
  draw_labels();
}

void Room::send_to_all(const signalling::ServerMessage& message) {
  const std::string text = signalling::serialize(message);
  for (Participant* participant : participants_) participant->send_serialized(text);
}

Participant* Room::find(const ParticipantId& id) const {
  const auto found = std::ranges::find(participants_, id, &Participant::id);
  return found == participants_.end() ? nullptr : *found;
}

// Once for all that happens at the same time.
void Room::arrange_soon() {
  if (std::exchange(arrangement_is_due_, true)) return;
  anchor_.handle().post([this] {
    arrangement_is_due_ = false;
    arrange();
  });
}

// Puts the cast into their tiles: gives tiles up first, so that no slot has two users.
void Room::arrange() {
  if (is_over_) return;
  const std::vector<mixer::Casting>& cast = stage_.cast();
  for (Participant* participant : participants_) {
    const bool is_cast = std::ranges::any_of(cast, [&](const mixer::Casting& casting) {
      return casting.participant == participant->id() &&
             (participant->tile() == nullptr || participant->tile()->slot() == casting.slot);
    });
    if (!is_cast && participant->tile() != nullptr) participant->give_up_tile();
  }
  const std::vector<Rectangle> places =
      mixer::grid(static_cast<int>(cast.size()), options_.canvas.size, gap_between_tiles);
  for (std::size_t i = 0; i < cast.size() && i < places.size(); ++i) {
    find(cast[i].participant)->take_tile(*canvas_, cast[i].slot, places[i]);
  }
  draw_labels();
  send_to_all(layout());
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
  for (const mixer::Casting& casting : stage_.cast()) {
    const Rectangle place = find(casting.participant)->tile()->where();
    layout.tiles.push_back({casting.participant, static_cast<double>(place.x) / canvas_width,
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
  bool cast_changed = false;
  for (Participant* participant : participants_) {
    if (participant->tile() != nullptr) participant->tile()->check_camera();
    const std::optional<int> level = participant->take_level();
    if (!level) continue;
    const mixer::Level heard{static_cast<double>(*level)};
    seat(voice_slots_.hear(participant->id(), heard, now));
    if (voice_slots_.is_speaking(participant->id(), now)) {
      cast_changed = stage_.spoke(participant->id(), now) || cast_changed;
    }
  }
  if (cast_changed) arrange_soon();
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
