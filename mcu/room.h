#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/event_loop.h"
#include "base/once_soon.h"
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

// A meeting: one canvas and one sound mix, which stand still until its end, and the participants
// between whom and the mixers routes come and go.
//
// The mixers have a thread for each slot, whoever is there. So until somebody makes an offer, a
// room is a list of people and where they will be seen.
class Room {
 public:
  Room(std::string name, RoomOptions options, const gst::Descriptions& descriptions);

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

  // Makes the mixers, unless they are there. Error: `media_failure`; the reason is logged.
  Result<void> start_mixers();

  // Does no more than those who are there need; to be called when one begins to watch.
  // Precondition: the mixers have started.
  void adapt_to_people();

  // What participants hear and see. Precondition for both: the mixers have started.
  Encodings& encodings() { return *encodings_; }
  gst::Inlet voice(int slot) const { return sound_->voice(slot); }

  const std::string& name() const { return name_; }
  const RoomOptions& options() const { return options_; }
  const gst::Descriptions& descriptions() const { return descriptions_; }

 private:
  void send_to_all(const signalling::ServerMessage& message);
  Participant* find(const ParticipantId& id) const;
  void arrange();
  void fill_tiles();
  void draw_labels();
  void seat(const std::vector<mixer::Seating>& seatings);
  void listen();
  void adapt_to_loss();
  std::vector<Rectangle> places() const;
  signalling::Layout layout() const;
  void replace_encoding(const mixer::Encoding& failed, bool may_ask_anew);

  const std::string name_;
  const RoomOptions options_;
  const gst::Descriptions& descriptions_;
  // None of them before start_mixers().
  std::unique_ptr<mixer::Canvas> canvas_;
  std::unique_ptr<mixer::AudioMix> sound_;
  std::unique_ptr<Encodings> encodings_;
  mixer::Stage stage_;
  mixer::VoiceSlots voice_slots_;
  std::vector<Participant*> participants_;  // In the order of joining.
  bool is_over_ = false;
  // The cast has changed since they were filled, or somebody in it claimed their seat back.
  bool tiles_are_stale_ = false;

  std::function<void()> on_empty_;
  Timer listening_;
  Timer adapting_;
  // Once for all that happens at the same time.
  OnceSoon arranging_{[this] { arrange(); }};
  OnceSoon labelling_{[this] { draw_labels(); }};
};

}  // namespace tessera::mcu
