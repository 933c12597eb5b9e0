#include "mcu/played_source.h"

#include <utility>

#include "base/log.h"
#include "mcu/room.h"

namespace tessera::mcu {

using ingest::Player;

Result<std::unique_ptr<PlayedSource>> PlayedSource::start(Room& room, const ParticipantId& id,
                                                          const signalling::SourceRequest& request,
                                                          const ingest::PlayerOptions& options,
                                                          Ended ended) {
  std::unique_ptr<PlayedSource> played(new PlayedSource(room, id, request, std::move(ended)));
  auto player =
      Player::open("play " + id, request.url, room.descriptions(), options,
                   [raw = played.get()](Player::State state, const std::optional<Error>& reason) {
                     raw->follow(state, reason);
                   });
  if (!player) return player.error();
  played->player_ = std::move(*player);
  return played;
}

// Until it has begun nobody knows what there is to be seen and heard.
PlayedSource::PlayedSource(Room& room, const ParticipantId& id,
                           const signalling::SourceRequest& request, Ended ended)
    : Performer(room, {.id = id, .name = request.name, .camera = false, .microphone = false}),
      room_name_(room.name()),
      ended_(std::move(ended)),
      loops_(request.loop) {}

void PlayedSource::follow(Player::State state, const std::optional<Error>& reason) {
  reason_ = reason ? reason->message : "";
  log("mcu").log(reason ? spdlog::level::warn : spdlog::level::info,
                 R"(source {} room={} participant={} source="{}"{})", ingest::name(state),
                 room_name_, id(), player_->display(), reason ? " reason=\"" + reason_ + "\"" : "");
  if (state == Player::State::playing) {
    set_media({.camera = player_->has_video(), .microphone = player_->has_audio()});
  } else if (state == Player::State::ended || state == Player::State::failed) {
    const Ended ended = ended_;
    ended();
  }
}

Result<void> PlayedSource::change(const signalling::SourceChange& change) {
  if (change.position) {
    const auto position = std::chrono::duration<double>(*change.position);
    const auto sought = player_->seek(std::chrono::duration_cast<Duration>(position));
    if (!sought) return Error{"not_possible", sought.error().message};
  }
  if (change.loop) player_->set_loop(loops_ = *change.loop);
  if (change.volume) player_->set_volume(*change.volume);
  if (change.paused && *change.paused) player_->pause();
  if (change.paused && !*change.paused) player_->resume();
  return {};
}

signalling::Source PlayedSource::source() const {
  const auto seconds = [](Duration time) { return static_cast<double>(time.count()) / 1000; };
  signalling::Source source{id(), name(), player_->display(), ingest::name(player_->state()),
                            reason_};
  source.loop = loops_;
  source.position = seconds(player_->position());
  if (const auto duration = player_->duration()) source.duration = seconds(*duration);
  return source;
}

signalling::Source PlayedSource::last_source() const {
  signalling::Source source = this->source();
  if (player_->state() != Player::State::failed) {
    source.state = ingest::name(Player::State::ended);
    source.reason = "";
  }
  return source;
}

void PlayedSource::send_size(Resolution size) {
  if (player_) player_->set_tile(size);
}

void PlayedSource::send_frame_rate(int limit) {
  if (player_) player_->limit_frame_rate(limit);
}

}  // namespace tessera::mcu
