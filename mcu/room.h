#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/event_loop.h"
#include "base/result.h"
#include "gst/descriptions.h"
#include "mcu/encodings.h"
#include "mcu/participant.h"
#include "mixer/audio_mix.h"
#include "mixer/canvas.h"
#include "mixer/stage.h"
#include "mixer/voice_slots.h"
#include "peer/peer.h"

namespace tessera::mcu {

struct RoomOptions {
  mixer::CanvasOptions canvas;
  int voice_slots = 8;
  int max_participants = 300;
  EncodingOptions encodings;
  peer::PeerOptions peer;
};

// A meeting: one canvas and one sound mix, made with the room and standing still until its end, and
// the participants between whom and the mixers routes come and go.
class Room {
 public:
  static Result<std::unique_ptr<Room>> create(const std::string& name, const RoomOptions& options,
                                              const gst::Descriptions& descriptions);

  // Called when the last participant has left.
  void on_empty(std::function<void()> callback) { on_empty_ = std::move(callback); }

  // A participant is in the room until it calls remove() itself.
  void add(Participant& participant);
  void remove(Participant& participant);
  // Puts a newer connection of the same participant in the former's place.
  void replace(Participant& former, Participant& successor);
  void media_changed(Participant& participant);

  // Sends everybody away and takes nobody any more: for the end of the server, or when the room's
  // own mixers failed.
  void dismiss_all(const Error& reason);
  bool is_over() const { return is_over_; }

  bool is_full() const {
    return static_cast<int>(participants_.size()) >= options_.max_participants;
  }
  bool is_empty() const { return participants_.empty(); }
  const std::vector<Participant*>& participants() const { return participants_; }

  // What participants hear and see.
  Encodings& encodings() { return encodings_; }
  gst::Inlet voice(int slot) const { return sound_->voice(slot); }

  const std::string& name() const { return name_; }
  const RoomOptions& options() const { return options_; }
  const gst::Descriptions& descriptions() const { return descriptions_; }

 private:
  Room(std::string name, RoomOptions options, const gst::Descriptions& descriptions,
       std::unique_ptr<mixer::Canvas> canvas, std::unique_ptr<mixer::AudioMix> sound);

  void send_to_all(const signalling::ServerMessage& message);
  Participant* find(const ParticipantId& id) const;
  void arrange_soon();
  void arrange();
  void draw_labels();
  void seat(const std::vector<mixer::Seating>& seatings);
  void listen();
  signalling::Layout layout() const;
  void replace_encoding(const mixer::Encoding& failed, bool may_ask_anew);

  const std::string name_;
  const RoomOptions options_;
  const gst::Descriptions& descriptions_;
  std::unique_ptr<mixer::Canvas> canvas_;
  std::unique_ptr<mixer::AudioMix> sound_;
  Encodings encodings_;
  mixer::Stage stage_;
  mixer::VoiceSlots voice_slots_;
  std::vector<Participant*> participants_;  // In the order of joining.
  bool is_over_ = false;
  bool arrangement_is_due_ = false;

  std::function<void()> on_empty_;
  Timer listening_;
  Anchor anchor_;
};

}  // namespace tessera::mcu
