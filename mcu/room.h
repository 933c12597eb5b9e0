#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/event_loop.h"
#include "base/once_soon.h"
#include "base/result.h"
#include "gst/descriptions.h"
#include "mcu/follower.h"
#include "mcu/outputs.h"
#include "mcu/participant.h"
#include "mcu/played_source.h"
#include "mcu/scenes.h"
#include "mcu/viewer.h"
#include "mixer/stage.h"
#include "mixer/voice_slots.h"
#include "peer/peer.h"

namespace tessera::mcu {

struct RoomOptions {
  SceneOptions scene;
  int max_participants = 300;
  OutputOptions outputs;
  ingest::PlayerOptions player;
  peer::PeerOptions peer;
};

// A meeting: the participants and viewers, who of them is seen and heard, and the scenes between
// which and them routes come and go.
//
// The mixers have a thread for each slot, whoever is there. So until somebody makes an offer, or
// something goes out or is played, a room is a list of people and where they will be seen.
class Room {
 public:
  Room(std::string name, RoomOptions options, const gst::Descriptions& descriptions);

  // Called when the last participant or viewer has left, and the last output has ended.
  void on_empty(std::function<void()> callback) { on_empty_ = std::move(callback); }

  // Each is in the room until it calls remove() itself.
  void add(Participant& participant);
  void remove(Participant& participant);
  // Puts a newer connection of the same participant in the former's place.
  void replace(Participant& former, Participant& successor);
  void media_changed(Performer& performer);

  // For performers, who tell them of what they send.
  Scenes& scenes() { return scenes_; }
  // Somebody wants to be left out of recordings, or to be in them again: to be called before any
  // route of theirs changes.
  void consent_changed();

  void add(Viewer& viewer);
  void remove(Viewer& viewer);
  void add(Follower& follower) { followers_.push_back(&follower); }
  void remove(Follower& follower) { std::erase(followers_, &follower); }
  // Media of theirs flow.
  void connected(Participant& participant);

  // Sends everybody away and takes nobody any more: for the end of the server, or when the room's
  // own mixers failed.
  void dismiss_all(const Error& reason);
  bool is_over() const { return is_over_; }

  bool is_full() const {
    return static_cast<int>(participants_.size()) >= options_.max_participants;
  }
  bool is_empty() const {
    return people() == 0 && (outputs_ == nullptr || !outputs_->are_active());
  }
  // Tells of it if it is. For who opened the room in vain.
  void check_empty();
  std::size_t people() const { return participants_.size() + viewers_.size() + followers_.size(); }
  const std::vector<Participant*>& participants() const { return participants_; }
  // Participants, and what is played, in the order of joining.
  const std::vector<Performer*>& performers() const { return performers_; }
  // Whether that was the token of somebody who wasn't recorded when their seat went.
  bool has_left_out(const std::string& token) const;

  // Makes the mixers, unless they are there. Error: `media_failure`; the reason is logged.
  Result<void> start_mixers();

  // Does no more than those who are there need; to be called when one begins to watch.
  // Precondition: the mixers have started.
  void adapt_to_people();

  // What participants hear and see. Precondition: the mixers have started.
  Encodings& encodings() { return scenes_.meeting().encodings(); }
  // Where there is nothing of who is left out of recordings, for the next few seconds: for what is
  // kept. Null before the mixers have started. Error: `media_failure`.
  Result<Scene*> scene_for_record();

  // Errors as of Outputs, and `media_failure`.
  Result<signalling::Output> start_output(const signalling::OutputRequest& request);
  // What is played to the room comes in as `id`. Errors as of Player, and `media_failure`.
  Result<signalling::Source> play(const ParticipantId& id,
                                  const signalling::SourceRequest& request);
  // Errors: `unknown_source`, `not_possible`.
  Result<signalling::Source> change(const ParticipantId& id,
                                    const signalling::SourceChange& change);
  Result<void> stop_playing(const ParticipantId& id);
  // Those that ended lately, too.
  std::vector<signalling::Source> sources() const;

  // Null before the mixers have started.
  Outputs* outputs() const { return outputs_.get(); }

  const std::string& name() const { return name_; }
  const RoomOptions& options() const { return options_; }
  const gst::Descriptions& descriptions() const { return descriptions_; }

 private:
  std::vector<Recipient*> recipients() const;
  void send_to_all(const signalling::ServerMessage& message);
  Performer* find(const ParticipantId& id) const;
  void bring_on(Performer& performer);
  void take_off(Performer& performer);
  std::vector<std::unique_ptr<PlayedSource>>::iterator find_played(const ParticipantId& id);
  void arrange();
  void fill_tiles();
  void seat(const std::vector<mixer::Seating>& seatings);
  void listen();
  void adapt_to_loss();
  std::vector<Placing> placings(const mixer::Stage& stage) const;
  signalling::Layout layout() const;
  void watch_desertion();
  Result<Encodings*> encodings_for(signalling::OutputKind kind, signalling::OutputLayout layout);
  void close_unneeded_scenes();
  void take_failure(Scene::Kind kind, const Error& error);
  void follow_output(const signalling::Output& output);
  void replace_encoding(const mixer::Encoding& failed, bool may_ask_anew);

  const std::string name_;
  const RoomOptions options_;
  const gst::Descriptions& descriptions_;
  Scenes scenes_;
  // Null before start_mixers().
  std::unique_ptr<Outputs> outputs_;
  mixer::Stage stage_;
  mixer::Stage speaker_{1};  // Of the layout in which they fill the picture.
  mixer::VoiceSlots voice_slots_;
  std::vector<Participant*> participants_;  // In the order of joining.
  std::deque<std::string> left_out_;        // Tokens; the latest.
  std::vector<Viewer*> viewers_;
  std::vector<Follower*> followers_;
  std::vector<std::unique_ptr<PlayedSource>> played_;
  std::deque<signalling::Source> played_lately_;
  std::vector<Performer*> performers_;
  bool is_over_ = false;
  // The cast has changed since they were filled, or somebody in it claimed their seat back.
  bool tiles_are_stale_ = false;

  std::function<void()> on_empty_;
  Timer listening_;
  Timer adapting_;
  Timer deserted_;  // Since the last participant left, while recordings go on.
  // Once for all that happens at the same time.
  OnceSoon arranging_{[this] { arrange(); }};
  OnceSoon labelling_{[this] {
    for (Scene* scene : scenes_.all()) scene->draw_labels();
  }};
  Anchor anchor_;
};

}  // namespace tessera::mcu
