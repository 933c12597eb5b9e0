#include "mcu/scene.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "mcu/media_failure.h"
#include "mcu/performer.h"
#include "mixer/drawing.h"

namespace tessera::mcu {
namespace {

// Cameras send a picture several times in it.
constexpr Duration settling_time = std::chrono::milliseconds(500);

// With "scene=record", or whatever it is, but for the meeting's own.
std::string name_in_logs(const std::string& room, Scene::Kind kind) {
  const bool is_record = kind.purpose == Scene::Purpose::record;
  if (kind.layout == signalling::OutputLayout::speaker) {
    return room + (is_record ? " scene=record-speaker" : " scene=speaker");
  }
  return is_record ? room + " scene=record" : room;
}

}  // namespace

Result<std::unique_ptr<Scene>> Scene::create(const std::string& room, Kind kind,
                                             const SceneOptions& options,
                                             const gst::Descriptions& descriptions,
                                             const Callbacks& callbacks) {
  auto canvas = mixer::Canvas::create(room, options.canvas, descriptions);
  if (!canvas) return media_failure("no canvas room=" + room, canvas.error());
  auto sound = mixer::AudioMix::create(room, options.voice_slots, descriptions);
  if (!sound) return media_failure("no sound mix room=" + room, sound.error());
  return std::unique_ptr<Scene>(new Scene(room, kind, options, descriptions, callbacks,
                                          std::move(*canvas), std::move(*sound)));
}

Scene::Scene(std::string room, Kind kind, const SceneOptions& options,
             const gst::Descriptions& descriptions, const Callbacks& callbacks,
             std::unique_ptr<mixer::Canvas> canvas, std::unique_ptr<mixer::AudioMix> sound)
    : room_(std::move(room)),
      kind_(kind),
      size_(options.canvas.size),
      canvas_(std::move(canvas)),
      sound_(std::move(sound)) {
  canvas_->pipeline().on_failure(callbacks.failed);
  sound_->pipeline().on_failure(callbacks.failed);
  encodings_ = std::make_unique<Encodings>(name_in_logs(room_, kind_), options.encodings, *canvas_,
                                           *sound_, descriptions, callbacks.encoding_failed);
}

bool Scene::holds(const Performer& performer) const {
  return kind_.purpose == Purpose::meeting || performer.recorded();
}

// Tiles are given up first, so that no slot has two users.
void Scene::arrange(const std::vector<Placing>& placings) {
  std::erase_if(tiles_, [&](const auto& entry) {
    const auto& [performer, tile] = entry;
    return std::ranges::none_of(placings, [&](const Placing& placing) {
      return placing.performer == performer && placing.slot == tile.slot();
    });
  });
  if (placings.empty()) return show_slate();
  for (const auto& [performer, slot, place] : placings) {
    const auto found = tiles_.find(performer);
    if (found == tiles_.end()) {
      make_tile(*performer, slot, place);
    } else {
      found->second.place(place);
    }
    show(*performer);
  }
  draw_labels();
}

// Who is left out has another tile than they would have else, which can't show anything of them.
Tile& Scene::make_tile(const Performer& performer, int slot, const Rectangle& place) {
  const auto name = holds(performer) ? std::optional(performer.name()) : std::nullopt;
  const gst::Outlet* camera = holds(performer) ? performer.seen() : nullptr;
  return tiles_.try_emplace(&performer, *canvas_, slot, name, place, camera).first->second;
}

void Scene::show(const Performer& performer) {
  const auto found = tiles_.find(&performer);
  if (found == tiles_.end()) return;
  Tile* tile = &found->second;
  const bool has_changed_sides = tile->is_anonymous() == holds(performer);
  if (has_changed_sides) {
    const int slot = tile->slot();
    const Rectangle place = tile->where();
    tiles_.erase(found);
    tile = &make_tile(performer, slot, place);
  }
  if (holds(performer)) tile->show_camera(performer.seen());
  if (!has_changed_sides) return;
  unsettled_at_ = Clock::now();
  draw_labels();
}

void Scene::hear(const Performer& performer) {
  voices_.erase(&performer);
  const gst::Outlet* sound = holds(performer) ? performer.heard() : nullptr;
  const std::optional<int> slot = performer.speaks_in();
  if (sound == nullptr || !slot) return;
  voices_.try_emplace(&performer, *sound, sound_->voice(*slot), gst::Route::Media::any_buffer);
}

void Scene::remove(const Performer& performer) {
  voices_.erase(&performer);
  tiles_.erase(&performer);
}

void Scene::let_go_of_left_out() {
  std::erase_if(voices_, [this](const auto& voice) { return !holds(*voice.first); });
  std::vector<const Performer*> left_out;
  for (const auto& [performer, tile] : tiles_) {
    if (!holds(*performer)) left_out.push_back(performer);
  }
  for (const Performer* performer : left_out) show(*performer);
}

// What those see who are there before or after the people. Whoever is the first in a tile takes its
// place.
void Scene::show_slate() {
  draw_labels();
  canvas_->show(0, {0, 0, size_.width, size_.height});
  canvas_->show_still(0, mixer::draw_slate(room_, size_));
}

void Scene::draw_labels() {
  std::vector<mixer::Label> labels;
  labels.reserve(tiles_.size());
  for (auto& [performer, tile] : tiles_) labels.push_back(tile.label(performer->microphone()));
  canvas_->set_labels(labels);
}

void Scene::check_cameras() {
  for (auto& [performer, tile] : tiles_) tile.check_camera();
}

Duration Scene::settles_in() const {
  const auto age = std::chrono::duration_cast<Duration>(Clock::now() - unsettled_at_);
  return std::max(settling_time - age, Duration::zero());
}

}  // namespace tessera::mcu
