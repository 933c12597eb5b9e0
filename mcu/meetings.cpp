#include "mcu/meetings.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/log.h"
#include "base/random_token.h"
#include "mcu/follower.h"

namespace tessera::mcu {
namespace {

// Who claims their seat back with it; null if nobody.
Participant* find_by_token(const Room& room, const std::string& token) {
  if (token.empty()) return nullptr;
  const auto& all = room.participants();
  const auto found = std::ranges::find(all, token, &Participant::token);
  return found == all.end() ? nullptr : *found;
}

}  // namespace

Error unknown_room() { return {"unknown_room", "There is no such meeting at the moment."}; }

Meetings::Meetings(MeetingsOptions options, gst::Descriptions descriptions)
    : options_(std::move(options)), descriptions_(std::move(descriptions)) {}

Result<std::unique_ptr<signalling::Seat>> Meetings::join(const signalling::Join& join,
                                                         signalling::Client& client) {
  Room* room = find(join.room);
  Participant* former = room != nullptr ? find_by_token(*room, join.token) : nullptr;
  if (former == nullptr) {
    if (const auto space = check_space(room); !space) return space.error();
  }
  if (room == nullptr) room = &make_room(join.room);
  const ParticipantId id = former != nullptr ? former->id() : next_id();
  const std::string token = former != nullptr ? former->token() : random_token();
  const bool recorded = former != nullptr ? former->recorded() : !room->has_left_out(join.token);
  auto participant = std::make_unique<Participant>(*room, id, token, join, recorded, client);

  signalling::Joined joined{room->name(), id, token, {}, options_.ice_servers};
  for (const Performer* other : room->performers()) {
    joined.participants.push_back(other == former ? participant->view() : other->view());
  }
  if (former == nullptr) joined.participants.push_back(participant->view());
  if (const Outputs* outputs = room->outputs()) joined.outputs = outputs->active_views();
  client.send(joined);
  if (former != nullptr) {
    former->give_way();
    room->replace(*former, *participant);
  } else {
    room->add(*participant);
  }
  return std::unique_ptr<signalling::Seat>(std::move(participant));
}

Result<Room*> Meetings::find_for_audience(const std::string& name) const {
  Room* room = find(name);
  if (room == nullptr) return unknown_room();
  if (const auto space = check_people(); !space) return space.error();
  return room;
}

Result<std::unique_ptr<signalling::MediaSession>> Meetings::watch(const std::string& name,
                                                                  signalling::Client& client) {
  const auto room = find_for_audience(name);
  if (!room) return room.error();
  auto viewer = std::make_unique<Viewer>(**room, "v" + std::to_string(++last_id_), client);
  (*room)->add(*viewer);
  return std::unique_ptr<signalling::MediaSession>(std::move(viewer));
}

Result<std::unique_ptr<signalling::MediaSession>> Meetings::follow(const std::string& name,
                                                                   const ParticipantId& participant,
                                                                   signalling::Client& client) {
  const auto room = find_for_audience(name);
  if (!room) return room.error();
  const auto& all = (*room)->participants();
  const auto found = std::ranges::find(all, participant, &Participant::id);
  if (found == all.end()) {
    return Error{"unknown_participant", "This meeting has no such participant."};
  }
  if (!(*found)->may_be_followed()) {
    return Error{"not_possible", "This participant doesn't send anything at the moment."};
  }
  return std::unique_ptr<signalling::MediaSession>(
      std::make_unique<Follower>(**found, "f" + std::to_string(++last_id_), client));
}

// A room that is over takes nobody any more: then there may be another of its name.
Room* Meetings::find(const std::string& name) const {
  const auto found = std::ranges::find_if(
      rooms_, [&](const auto& room) { return room->name() == name && !room->is_over(); });
  return found == rooms_.end() ? nullptr : found->get();
}

Result<void> Meetings::check_people() const {
  std::size_t people = 0;
  for (const auto& each : rooms_) people += each->people();
  if (people < static_cast<std::size_t>(options_.max_people)) return {};
  return Error{"server_full", "This server has as many people as it may."};
}

// Whether one more may join that room, or a new one.
Result<void> Meetings::check_space(const Room* room) const {
  if (const auto people = check_people(); !people) return people;
  if (room != nullptr && room->is_full()) {
    return Error{"room_full", "The room \"" + room->name() + "\" is full: it holds " +
                                  std::to_string(options_.room.max_participants) + " people."};
  }
  return room == nullptr ? check_rooms() : Result<void>();
}

Result<void> Meetings::check_rooms() const {
  if (rooms_.size() < static_cast<std::size_t>(options_.max_rooms)) return {};
  return Error{"server_full", "This server has as many meetings as it may."};
}

Result<Room*> Meetings::open(const std::string& name) {
  if (Room* room = find(name)) return room;
  if (const auto space = check_rooms(); !space) return space.error();
  return &make_room(name);
}

std::vector<signalling::Output> Meetings::outputs(const std::string& name) const {
  std::vector<signalling::Output> outputs = ended_outputs_.of(name);
  for (const auto& room : rooms_) {
    if (room->name() != name || room->outputs() == nullptr) continue;
    std::ranges::move(room->outputs()->views(), std::back_inserter(outputs));
  }
  return outputs;
}

Room& Meetings::make_room(const std::string& name) {
  RoomOptions options = options_.room;
  options.outputs.latest_number = Outputs::latest_number(outputs(name));
  rooms_.push_back(std::make_unique<Room>(name, std::move(options), descriptions_));
  Room& room = *rooms_.back();
  // Later, since the room is in the middle of a removal then.
  room.on_empty([this, owner = anchor_.handle()] { owner.post([this] { remove_empty_rooms(); }); });
  log("mcu").info("room opened room={}", name);
  return room;
}

void Meetings::remove_empty_rooms() {
  std::erase_if(rooms_, [this](const auto& room) {
    if (!room->is_empty()) return false;
    if (const Outputs* outputs = room->outputs())
      ended_outputs_.add(room->name(), outputs->views());
    log("mcu").info("room closed room={}", room->name());
    return true;
  });
}

void Meetings::end(const Error& reason) {
  for (const auto& room : rooms_) room->dismiss_all(reason);
}

}  // namespace tessera::mcu
