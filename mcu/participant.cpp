#include "mcu/participant.h"

#include <utility>

#include "base/log.h"
#include "mcu/room.h"

namespace tessera::mcu {

Participant::Participant(Room& room, ParticipantId id, std::string token,
                         const signalling::Join& join, bool recorded, signalling::Client& client)
    : Recipient(room, "participant=" + id, client),
      Performer(room, {std::move(id), join.name, join.camera, join.microphone,
                       join.recorded.value_or(recorded)}),
      token_(std::move(token)) {
  log("mcu").info("participant joined room={} participant={}", room.name(), this->id());
}

Participant::~Participant() { leave(); }

void Participant::leave() {
  if (!end_media()) return;
  room().remove(*this);
  log("mcu").info("participant left room={} participant={}", room().name(), id());
}

// The routes from the peer go before it.
bool Participant::end_media() {
  for (Taker* taker : std::exchange(takers_, {})) {
    taker->lose({"participant_left", "This participant has left, or joined again."});
  }
  end_performance();
  return end_stay();
}

void Participant::give_way() {
  if (!end_media()) return;
  log("mcu").info("participant replaced room={} participant={}", room().name(), id());
  client().close({"replaced", "You joined again from elsewhere."});
}

Result<void> Participant::offer(const signalling::Offer& offer) {
  if (const auto answered = answer(offer, room().options().peer); !answered) return answered;
  start_performance();
  return {};
}

void Participant::set_media(const signalling::Media& media) {
  if (!is_in_room()) return;
  Performer::set_media(media);
  serve_takers();
}

void Participant::send_layout(const std::string& serialized) {
  if (layout_ == serialized) return;
  layout_ = serialized;
  send_serialized(serialized);
}

void Participant::start_media() {
  check_sent(downlink()->send_picture());
  route_picture();
  route_sound();
  room().connected(*this);
}

std::optional<VideoCodec> Participant::sent_codec() const {
  if (!is_connected() || peer()->encoded_video() == nullptr) return std::nullopt;
  return peer()->agreement().video_codec;
}

void Participant::remove(Taker& taker) {
  std::erase(takers_, &taker);
  serve_takers();
}

// What a participant has turned off reaches nobody, whatever the client goes on sending.
void Participant::serve(Taker& taker) {
  if (!is_connected()) return;
  const signalling::Participant self = view();
  peer()->forward(self.camera, self.microphone);
  taker.follow(self.camera ? peer()->encoded_video() : nullptr,
               self.microphone ? peer()->encoded_audio() : nullptr);
}

void Participant::serve_takers() {
  for (Taker* taker : takers_) serve(*taker);
  if (takers_.empty() && is_connected()) peer()->forward(false, false);
}

std::optional<int> Participant::level() {
  return peer() != nullptr ? peer()->take_level() : std::nullopt;
}

void Participant::send_size(Resolution size) {
  if (peer() != nullptr) peer()->set_tile(size);
}

void Participant::send_frame_rate(int limit) {
  if (peer() != nullptr) peer()->limit_frame_rate(limit);
}

void Participant::be_seen(bool seen) {
  if (peer() != nullptr) peer()->decode_video(seen);
}

// Who speaks hears all others; anybody else hears the programme.
void Participant::be_heard(bool heard) {
  if (!is_connected()) return;
  peer()->decode_audio(heard);
  check_sent(downlink()->send_sound(speaks_in()));
}

}  // namespace tessera::mcu
