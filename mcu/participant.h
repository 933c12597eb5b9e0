#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/event_loop.h"
#include "base/participant_id.h"
#include "gst/route.h"
#include "mcu/tile.h"
#include "mixer/encoding.h"
#include "peer/peer.h"
#include "signalling/meetings.h"

namespace tessera::mcu {

class Room;

// Somebody in a room: the connection to their browser, and the routes between it and the room's
// mixers. Leaves the room at its end at the latest.
class Participant : public signalling::Seat {
 public:
  Participant(Room& room, ParticipantId id, std::string token, const signalling::Join& join,
              signalling::Client& client);
  ~Participant() override;

  Result<void> offer(const signalling::Offer& offer) override;
  Result<void> add_candidate(const signalling::Candidate& candidate) override;
  void set_media(const signalling::Media& media) override;

  // Leaves the room at once and for good; what the client does from then on concerns nobody.
  void leave();

  // Leaves, and tells the client why.
  void dismiss(const Error& error);

  // Leaves the seat to a newer connection of the same participant, who is in the room already.
  void give_way();

  const ParticipantId& id() const { return id_; }
  const std::string& name() const { return name_; }
  const std::string& token() const { return token_; }
  bool microphone() const { return microphone_; }
  signalling::Participant view() const { return {id_, name_, camera_, microphone_}; }
  void send(const signalling::ServerMessage& message) { client_.send(message); }
  void send_serialized(const std::string& message) { client_.send_serialized(message); }

  // For the room.

  // Sends the layout, unless it is the one they have.
  void send_layout(const std::string& serialized);

  // The tile they are shown in; null when they are off stage.
  Tile* tile() { return tile_.get(); }
  void take_tile(mixer::Canvas& canvas, int slot, const Rectangle& place);
  void give_up_tile();

  // How often their camera is seen at most, per second; 0: as often as it sends.
  void limit_frame_rate(int frame_rate);

  // Where they speak: a voice slot's number, or nothing.
  void take_voice_slot(std::optional<int> slot);

  std::optional<int> take_level();

  // Whether the picture is for them too: from their offer on, so before any of it is sent.
  bool watches() const { return peer_ && peer_->send_video(); }

  // What they hear, if they do, and how many percent of it they say they lose.
  mixer::Encoding* sound() { return sound_.get(); }
  int loss_percent() const { return peer_ ? peer_->loss_percent() : 0; }

  // Asks for another in its place if this participant uses it, or leaves if that is of no use.
  void encoding_failed(const mixer::Encoding& failed, bool may_ask_anew);

 private:
  void end_media();
  void start_media();
  void route_picture();
  void route_camera();
  void route_sound();
  void dismiss_soon(const Error& error);

  Room& room_;
  const ParticipantId id_;
  const std::string token_;
  const std::string name_;
  signalling::Client& client_;
  bool camera_;
  bool microphone_;
  bool in_room_ = true;
  int frame_rate_limit_ = 0;
  std::string layout_;  // The latest that they were sent, serialized.

  std::unique_ptr<peer::Peer> peer_;
  std::optional<int> voice_slot_;

  // Each encoding stands before the route from it, and all before the tile: they go in the opposite
  // order.
  std::shared_ptr<mixer::Encoding> picture_;
  std::shared_ptr<mixer::Encoding> sound_;
  std::unique_ptr<gst::Route> picture_route_;
  std::unique_ptr<gst::Route> sound_route_;
  std::unique_ptr<gst::Route> voice_route_;
  std::unique_ptr<Tile> tile_;
  Anchor anchor_;
};

}  // namespace tessera::mcu
