#include "mcu/meetings.h"

#include <algorithm>
#include <random>
#include <utility>

#include "base/log.h"

namespace tessera::mcu {
namespace {

// 128 random bits as hexadecimal digits.
std::string random_token() {
  std::random_device random;
  std::string token;
  for (int i = 0; i < 32; ++i) token += "0123456789abcdef"[random() % 16];
  return token;
}

// Who claims their seat back with it; null if nobody.
Participant* find_by_token(const Room& room, const std::string& token) {
  if (token.empty()) return nullptr;
  const auto& all = room.participants();
  const auto found = std::ranges::find(all, token, &Participant::token);
  return found == all.end() ? nullptr : *found;
}

}  // namespace

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
  const ParticipantId id = former != nullptr ? former->id() : "p" + std::to_string(++last_id_);
  const std::string token = former != nullptr ? former->token() : random_token();
  auto participant = std::make_unique<Participant>(*room, id, token, join, client);

  signalling::Joined joined{room->name(), id, token, {}, options_.ice_servers};
  for (const Participant* other : room->participants()) {
    joined.participants.push_back(other == former ? participant->view() : other->view());
  }
  if (former == nullptr) joined.participants.push_back(participant->view());
  client.send(joined);
  if (former != nullptr) {
    former->give_way();
    room->replace(*former, *participant);
  } else {
    room->add(*participant);
  }
  return std::unique_ptr<signalling::Seat>(std::move(participant));
}

// A room that is over takes nobody any more: then there may be another of its name.
Room* Meetings::find(const std::string& name) const {
  const auto found = std::ranges::find_if(
      rooms_, [&](const auto& room) { return room->name() == name && !room->is_over(); });
  return found == rooms_.end() ? nullptr : found->get();
}

// Whether one more may join that room, or a new one.
Result<void> Meetings::check_space(const Room* room) const {
  std::size_t people = 0;
  for (const auto& each : rooms_) people += each->participants().size();
  if (people >= static_cast<std::size_t>(options_.max_people)) {
    return Error{"server_full", "This server has as many people as it may."};
  }
  if (room != nullptr && room->is_full()) {
    return Error{"room_full", "The room \"" + room->name() + "\" is full: it holds " +
                                  std::to_string(options_.room.max_participants) + " people."};
  }
  if (room == nullptr && rooms_.size() >= static_cast<std::size_t>(options_.max_rooms)) {
    return Error{"server_full", "This server has as many meetings as it may."};
  }
  return {};
}

Room& Meetings::make_room(const std::string& name) {
  rooms_.push_back(std::make_unique<Room>(name, options_.room, descriptions_));
  Room& room = *rooms_.back();
  // Later, since the room is in the middle of a removal then.
  room.on_empty([this, owner = anchor_.handle()] { owner.post([this] { remove_empty_rooms(); }); });
  log("mcu").info("room opened room={}", name);
  return room;
}

void Meetings::remove_empty_rooms() {
  std::erase_if(rooms_, [](const auto& room) {
    if (!room->is_empty()) return false;
    log("mcu").info("room closed room={}", room->name());
    return true;
  });
}

void Meetings::end(const Error& reason) {
  for (const auto& room : rooms_) room->dismiss_all(reason);
}

}  // namespace tessera::mcu
