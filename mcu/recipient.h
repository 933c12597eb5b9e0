#pragma once

#include <memory>
#include <string>

#include "base/event_loop.h"
#include "base/result.h"
#include "mcu/downlink.h"
#include "mixer/encoding.h"
#include "peer/peer.h"
#include "signalling/meetings.h"

namespace tessera::mcu {

class Room;

// Somebody whom a room sends its picture and sound, over a WebRTC connection of their own: a
// participant, or who only watches.
class Recipient {
 public:
  // `who` names them in logs, as key=value.
  Recipient(Room& room, std::string who, signalling::Client& client);
  virtual ~Recipient() = default;
  Recipient(const Recipient&) = delete;
  Recipient& operator=(const Recipient&) = delete;

  // Leaves, and tells the client why.
  void dismiss(const Error& error);

  // Whether the picture is for them too: from their offer on, so before any of it is sent.
  bool watches() const { return peer_ && peer_->send_video(); }

  // What they hear, if they do, and how many percent of it they say they lose.
  mixer::Encoding* sound() const { return downlink_ ? downlink_->sound() : nullptr; }
  int loss_percent() const { return peer_ ? peer_->loss_percent() : 0; }

  // Asks for another in its place if they use it, or leaves if that is of no use.
  void encoding_failed(const mixer::Encoding& failed, bool may_ask_anew);

 protected:
  Result<void> answer(const signalling::Offer& offer, const peer::PeerOptions& options);
  Result<void> take(const signalling::Candidate& candidate);

  // Leaves the room at once and for good; what the client does from then on concerns nobody.
  virtual void leave() = 0;
  // Media flows; the downlink is there.
  virtual void start_media() = 0;

  bool is_in_room() const { return in_room_; }
  // For who leaves: false if they have already.
  bool end_stay();
  void check_sent(const Result<void>& sent);

  Room& room() const { return room_; }
  signalling::Client& client() const { return client_; }
  const std::string& who() const { return who_; }
  peer::Peer* peer() const { return peer_.get(); }
  Downlink* downlink() const { return downlink_.get(); }

 private:
  void connected();
  void dismiss_soon(const Error& error);

  Room& room_;
  const std::string who_;
  signalling::Client& client_;
  bool in_room_ = true;
  std::unique_ptr<peer::Peer> peer_;
  std::unique_ptr<Downlink> downlink_;
  Anchor anchor_;
};

}  // namespace tessera::mcu
