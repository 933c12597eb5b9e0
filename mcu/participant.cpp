#include "mcu/participant.h"

#include <utility>

#include "base/log.h"
#include "mcu/room.h"

namespace tessera::mcu {

Participant::Participant(Room& room, ParticipantId id, std::string token,
                         const signalling::Join& join, signalling::Client& client)
    : room_(room),
      id_(std::move(id)),
      token_(std::move(token)),
      name_(join.name),
      client_(client),
      camera_(join.camera),
      microphone_(join.microphone) {
  log("mcu").info("participant joined room={} participant={}", room_.name(), id_);
}

Participant::~Participant() { leave(); }

void Participant::leave() {
  if (!std::exchange(in_room_, false)) return;
  end_media();
  room_.remove(*this);
  log("mcu").info("participant left room={} participant={}", room_.name(), id_);
}

void Participant::end_media() {
  voice_route_.reset();
  picture_route_.reset();
  sound_route_.reset();
  picture_.reset();
  sound_.reset();
  tile_.reset();
  peer_.reset();
}

void Participant::dismiss(const Error& error) {
  if (!in_room_) return;
  log("mcu").info("participant dismissed room={} participant={} code={}", room_.name(), id_,
                  error.code);
  leave();
  client_.close(error);
}

// For when the room may be going through its participants.
void Participant::dismiss_soon(const Error& error) {
  anchor_.handle().post([this, error] { dismiss(error); });
}

void Participant::give_way() {
  if (!std::exchange(in_room_, false)) return;
  end_media();
  log("mcu").info("participant replaced room={} participant={}", room_.name(), id_);
  client_.close({"replaced", "You joined again from elsewhere."});
}

Result<void> Participant::offer(const signalling::Offer& offer) {
  if (!in_room_) return Error{"not_joined", "You have left the room."};
  peer::Peer::Callbacks callbacks;
  callbacks.answer = [this](const std::string& sdp) { send(signalling::Answer{sdp}); };
  callbacks.candidate = [this](int m_line_index, const std::string& candidate) {
    send(signalling::Candidate{candidate, m_line_index});
  };
  callbacks.connected = [this] { start_media(); };
  callbacks.failed = [this](const Error& error) { dismiss(error); };
  auto peer = peer::Peer::answer("peer " + id_, offer.sdp, room_.descriptions(),
                                 room_.options().peer, std::move(callbacks));
  if (!peer) return peer.error();
  if (const auto started = room_.start_mixers(); !started) return started.error();
  peer_ = std::move(*peer);
  if (tile_) peer_->set_tile(tile_->where().size());
  peer_->limit_frame_rate(frame_rate_limit_);
  room_.adapt_to_people();
  return {};
}

Result<void> Participant::add_candidate(const signalling::Candidate& candidate) {
  if (!peer_) return {};
  return peer_->add_candidate(candidate.sdp_m_line_index, candidate.candidate);
}

void Participant::set_media(const signalling::Media& media) {
  if (!in_room_) return;
  const bool camera = media.camera.value_or(camera_);
  const bool microphone = media.microphone.value_or(microphone_);
  if (camera == camera_ && microphone == microphone_) return;
  camera_ = camera;
  microphone_ = microphone;
  route_camera();
  route_sound();
  room_.media_changed(*this);
}

void Participant::send_layout(const std::string& serialized) {
  if (layout_ == serialized) return;
  layout_ = serialized;
  send_serialized(serialized);
}

void Participant::take_tile(mixer::Canvas& canvas, int slot, const Rectangle& place) {
  if (tile_ && tile_->slot() != slot) tile_.reset();
  if (!tile_) tile_ = std::make_unique<Tile>(canvas, slot, name_);
  if (peer_ && tile_->where().size() != place.size()) peer_->set_tile(place.size());
  tile_->place(place);
  route_camera();
}

void Participant::give_up_tile() {
  tile_.reset();
  route_camera();
}

void Participant::limit_frame_rate(int frame_rate) {
  frame_rate_limit_ = frame_rate;
  if (peer_) peer_->limit_frame_rate(frame_rate);
}

void Participant::take_voice_slot(std::optional<int> slot) {
  voice_slot_ = slot;
  route_sound();
}

std::optional<int> Participant::take_level() {
  // What came while the microphone was off must not count afterwards.
  const auto level = peer_ ? peer_->take_level() : std::nullopt;
  return microphone_ ? level : std::nullopt;
}

void Participant::start_media() {
  send(signalling::Connected{});
  log("mcu").info("participant connected room={} participant={}", room_.name(), id_);
  route_picture();
  route_camera();
  route_sound();
}

void Participant::encoding_failed(const mixer::Encoding& failed, bool may_ask_anew) {
  const bool was_picture = picture_.get() == &failed;
  const bool was_sound = sound_.get() == &failed;
  if (!was_picture && !was_sound) return;
  if (!may_ask_anew) {
    return dismiss_soon({"media_failure", "The server can't encode what it would send."});
  }
  if (was_picture) route_picture();
  if (was_sound) route_sound();
}

void Participant::route_picture() {
  if (!peer_->send_video()) return;
  const auto picture = room_.encodings().picture(peer_->agreement().video_codec);
  if (!picture) return dismiss_soon(picture.error());
  picture_route_.reset();
  picture_ = *picture;
  picture_route_ = std::make_unique<gst::Route>(picture_->out(), *peer_->send_video(),
                                                gst::Route::Media::needs_keyframe);
  picture_->out().request_keyframe();
}

// The camera is decoded only while it is seen.
void Participant::route_camera() {
  const bool is_live = peer_ && peer_->is_connected() && camera_;
  if (tile_) tile_->show_camera(is_live ? peer_->video() : nullptr);
  if (peer_) peer_->decode_video(tile_ && camera_);
}

// Who has a voice slot and an open microphone speaks there and hears all others; anybody else hears
// the programme.
void Participant::route_sound() {
  voice_route_.reset();
  if (!peer_ || !peer_->is_connected()) return;
  const bool speaks = voice_slot_ && microphone_ && peer_->audio() != nullptr;
  peer_->decode_audio(speaks);
  if (speaks) {
    voice_route_ = std::make_unique<gst::Route>(*peer_->audio(), room_.voice(*voice_slot_),
                                                gst::Route::Media::any_buffer);
  }
  if (!peer_->send_audio()) return;
  Encodings& encodings = room_.encodings();
  const auto sound = speaks ? encodings.mix_minus(*voice_slot_) : encodings.programme();
  if (!sound) return dismiss_soon(sound.error());
  if (*sound == sound_) return;
  sound_route_.reset();
  sound_ = *sound;
  sound_route_ = std::make_unique<gst::Route>(sound_->out(), *peer_->send_audio(),
                                              gst::Route::Media::any_buffer);
}

}  // namespace tessera::mcu
