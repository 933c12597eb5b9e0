#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "ingest/player.h"
#include "mcu/performer.h"
#include "signalling/studio.h"

namespace tessera::mcu {

// A file or a stream that is played to a room, as if it were a participant. It is decoded off
// stage, too: a file's time goes on, and it can't be asked for a keyframe.
class PlayedSource : public Performer {
 public:
  // Called on the control thread when it is over, by itself or by a failure; may destroy it.
  using Ended = std::function<void()>;

  // Errors as of Player.
  static Result<std::unique_ptr<PlayedSource>> start(Room& room, const ParticipantId& id,
                                                     const signalling::SourceRequest& request,
                                                     const ingest::PlayerOptions& options,
                                                     Ended ended);
  ~PlayedSource() override { end_performance(); }

  // Error: `not_possible`.
  Result<void> change(const signalling::SourceChange& change);
  signalling::Source source() const;
  // As it is after its end, if that is now.
  signalling::Source last_source() const;

 private:
  PlayedSource(Room& room, const ParticipantId& id, const signalling::SourceRequest& request,
               Ended ended);
  void follow(ingest::Player::State state, const std::optional<Error>& reason);

  const gst::Outlet* picture() const override { return player_ ? player_->video() : nullptr; }
  const gst::Outlet* sound() const override { return player_ ? player_->audio() : nullptr; }
  std::optional<int> level() override { return player_ ? player_->take_level() : std::nullopt; }
  void send_size(Resolution size) override;
  void send_frame_rate(int limit) override;
  void be_seen(bool) override {}
  void be_heard(bool) override {}

  const std::string room_name_;
  const Ended ended_;
  bool loops_;
  std::string reason_;
  std::unique_ptr<ingest::Player> player_;
};

}  // namespace tessera::mcu
