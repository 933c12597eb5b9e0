#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/video_codec.h"
#include "mcu/performer.h"
#include "mcu/recipient.h"
#include "mcu/taker.h"
#include "signalling/meetings.h"

namespace tessera::mcu {

// Somebody in a room, by the connection to their browser: seen and heard there, and sent what the
// others are. Leaves the room at its end at the latest.
class Participant : public signalling::Seat, public Recipient, public Performer {
 public:
  // `recorded`: unless the join says otherwise.
  Participant(Room& room, ParticipantId id, std::string token, const signalling::Join& join,
              bool recorded, signalling::Client& client);
  ~Participant() override;

  Result<void> offer(const signalling::Offer& offer) override;
  Result<void> add_candidate(const signalling::Candidate& candidate) override {
    return take(candidate);
  }
  void set_media(const signalling::Media& media) override;

  // Leaves the seat to a newer connection of the same participant, who is in the room already.
  void give_way();

  const std::string& token() const { return token_; }

  // Those who take what this one sends, as it is; they lose it when the connection ends.
  bool may_be_followed() const { return is_connected(); }
  // Of their camera; nothing if they have none.
  std::optional<VideoCodec> sent_codec() const;
  void add(Taker& taker) { takers_.push_back(&taker); }
  void remove(Taker& taker);
  // Tells one what may be had now.
  void serve(Taker& taker);

  using Recipient::room;

  // For the room.
  void send_serialized(const std::string& message) { client().send_serialized(message); }
  // Sends the layout, unless it is the one they have.
  void send_layout(const std::string& serialized);

 private:
  void leave() override;
  bool end_media();
  void serve_takers();
  void start_media() override;

  bool is_connected() const { return peer() != nullptr && peer()->is_connected(); }
  const gst::Outlet* picture() const override { return is_connected() ? peer()->video() : nullptr; }
  const gst::Outlet* sound() const override { return is_connected() ? peer()->audio() : nullptr; }
  std::optional<int> level() override;
  void send_size(Resolution size) override;
  void send_frame_rate(int limit) override;
  void be_seen(bool seen) override;
  void be_heard(bool heard) override;
  void consent_changed() override { serve_takers(); }

  const std::string token_;
  std::vector<Taker*> takers_;
  std::string layout_;  // The latest that they were sent, serialized.
};

}  // namespace tessera::mcu
