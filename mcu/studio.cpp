#include "mcu/studio.h"

#include <utility>

#include "mcu/room.h"

namespace tessera::mcu {
namespace {

// To wait for a picture without those who have just wanted to be left out.
constexpr Duration longest_shot = std::chrono::seconds(5);

}  // namespace

Result<std::vector<signalling::Participant>> Studio::participants(const std::string& name) {
  const Room* room = meetings_.find(name);
  if (room == nullptr) return unknown_room();
  std::vector<signalling::Participant> views;
  views.reserve(room->performers().size());
  for (const Performer* performer : room->performers()) views.push_back(performer->view());
  return views;
}

Result<signalling::Output> Studio::start_output(const std::string& name,
                                                const signalling::OutputRequest& request) {
  auto room = meetings_.open(name);
  if (!room) return room.error();
  auto output = (*room)->start_output(request);
  (*room)->check_empty();
  return output;
}

Result<Outputs*> Studio::outputs_of(const std::string& name) const {
  const Room* room = meetings_.find(name);
  if (room == nullptr) return unknown_room();
  if (room->outputs() == nullptr) return unknown_output();
  return room->outputs();
}

Result<signalling::Output> Studio::pause_output(const std::string& room, const std::string& id,
                                                bool paused) {
  const auto outputs = outputs_of(room);
  if (!outputs) return outputs.error();
  return (*outputs)->set_paused(id, paused);
}

Result<signalling::Output> Studio::stop_output(const std::string& room, const std::string& id) {
  const auto outputs = outputs_of(room);
  if (!outputs) return outputs.error();
  return (*outputs)->stop(id);
}

Result<std::vector<signalling::Output>> Studio::outputs(const std::string& name) {
  auto outputs = meetings_.outputs(name);
  if (outputs.empty() && meetings_.find(name) == nullptr) return unknown_room();
  return outputs;
}

std::optional<Studio::HlsFile> Studio::hls_file(const std::string& name, const std::string& file) {
  const Room* room = meetings_.find(name);
  if (room == nullptr || room->outputs() == nullptr) return std::nullopt;
  return room->outputs()->hls_file(file);
}

Result<signalling::Source> Studio::add_source(const std::string& name,
                                              const signalling::SourceRequest& request) {
  Room* room = meetings_.find(name);
  if (room == nullptr) return unknown_room();
  return room->play(meetings_.next_id(), request);
}

Result<signalling::Source> Studio::change_source(const std::string& name, const std::string& id,
                                                 const signalling::SourceChange& change) {
  Room* room = meetings_.find(name);
  if (room == nullptr) return unknown_room();
  return room->change(id, change);
}

Result<void> Studio::remove_source(const std::string& name, const std::string& id) {
  Room* room = meetings_.find(name);
  if (room == nullptr) return unknown_room();
  return room->stop_playing(id);
}

Result<std::vector<signalling::Source>> Studio::sources(const std::string& name) {
  const Room* room = meetings_.find(name);
  if (room == nullptr) return unknown_room();
  return room->sources();
}

void Studio::snapshot(const std::string& room,
                      std::function<void(Result<signalling::Snapshot>)> done) {
  const auto shot = shootings_.emplace(shootings_.end());
  shot->room = room;
  shot->done = std::move(done);
  shot->latest = Clock::now() + longest_shot;
  shot->settling.start_once(Duration::zero(), [this, shot] { shoot(shot); });
}

Result<Scene*> Studio::scene_for_record(const std::string& name) const {
  Room* room = meetings_.find(name);
  if (room == nullptr) return unknown_room();
  return room->scene_for_record();
}

void Studio::shoot(Shot shot) {
  const auto scene = scene_for_record(shot->room);
  if (!scene) return finish(shot, scene.error());
  if (*scene == nullptr) {
    return finish(shot, Error{"no_picture", "Nobody sends or watches here yet."});
  }
  if (Clock::now() > shot->latest) {
    return finish(shot, Error{"no_picture", "People come into the picture and go just now."});
  }
  if (const Duration wait = (*scene)->settles_in(); wait > Duration::zero()) {
    return shot->settling.start_once(wait, [this, shot] { shoot(shot); });
  }
  shot->snapshot = std::make_unique<egress::Snapshot>(
      (*scene)->canvas().out(), meetings_.find(shot->room)->descriptions(),
      [this, shot, taken_of = *scene](const Result<std::string>& picture) {
        const auto taken = std::move(shot->snapshot);  // Which is this function's, too.
        const auto now = scene_for_record(shot->room);
        // Somebody has wanted to be left out meanwhile.
        const bool is_as_it_was =
            now && *now == taken_of && (*now)->settles_in() == Duration::zero();
        if (!is_as_it_was) return shoot(shot);
        finish(shot, picture);
      });
}

void Studio::finish(Shot shot, const Result<signalling::Snapshot>& result) {
  const auto done = std::move(shot->done);
  shootings_.erase(shot);
  done(result);
}

}  // namespace tessera::mcu
