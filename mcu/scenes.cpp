#include "mcu/scenes.h"

#include <algorithm>
#include <utility>

#include "mcu/performer.h"

namespace tessera::mcu {
namespace {

// How long it takes at most until what was seen and heard has passed the mixers and encoders.
constexpr Duration longest_on_the_way = std::chrono::seconds(2);

// How long a further scene stays without a use: for who changes their mind back, and for a snapshot
// in the making.
constexpr Duration spare_time = std::chrono::seconds(5);

}  // namespace

Scenes::Scenes(std::string room, const SceneOptions& options, const gst::Descriptions& descriptions,
               Callbacks callbacks)
    : room_(std::move(room)),
      options_(options),
      descriptions_(descriptions),
      callbacks_(std::move(callbacks)) {}

Result<void> Scenes::start() { return make({}); }

Result<void> Scenes::make(Kind kind) {
  const Scene::Callbacks callbacks{callbacks_.encoding_failed, [this, kind](const Error& error) {
                                     callbacks_.failed(kind, error);
                                   }};
  SceneOptions options = options_;
  if (kind.layout == Layout::speaker) {
    options.canvas.tile_slots = 1;
    options.canvas.fits = true;
  }
  auto made = Scene::create(room_, kind, options, descriptions_, callbacks);
  if (!made) return made.error();
  (*made)->arrange(placings_[kind.layout]);
  (*made)->canvas().begin();
  for (const Performer* performer : performers_) (*made)->hear(*performer);
  scenes_[kind].scene = std::move(*made);
  return {};
}

Result<Scene*> Scenes::get(Kind kind) {
  if (!scenes_.contains(kind)) {
    if (const auto made = make(kind); !made) return made.error();
  }
  Entry& entry = scenes_.at(kind);
  entry.asked_for_at = Clock::now();
  return entry.scene.get();
}

Result<Scene*> Scenes::for_record(Layout layout) {
  const Kind without_some{Purpose::record, layout};
  if (leaves_somebody_out() || scenes_.contains(without_some)) return get(without_some);
  return get({Purpose::meeting, layout});
}

bool Scenes::leaves_somebody_out() const {
  return Clock::now() < left_out_until_ || !std::ranges::all_of(performers_, &Performer::recorded);
}

std::vector<Scene*> Scenes::all() const {
  std::vector<Scene*> all;
  all.reserve(scenes_.size());
  for (const auto& [kind, entry] : scenes_) all.push_back(entry.scene.get());
  return all;
}

void Scenes::remove(const Performer& performer) {
  if (!performer.recorded()) consent_changed();
  std::erase(performers_, &performer);
  for (auto& [layout, placings] : placings_) {
    std::erase_if(placings, [&](const Placing& one) { return one.performer == &performer; });
  }
  for (Scene* scene : all()) scene->remove(performer);
}

void Scenes::arrange(Layout layout, std::vector<Placing> placings) {
  placings_[layout] = std::move(placings);
  for (Scene* scene : all()) {
    if (scene->kind().layout == layout) scene->arrange(placings_[layout]);
  }
}

void Scenes::show(const Performer& performer) {
  for (Scene* scene : all()) scene->show(performer);
}

void Scenes::hear(const Performer& performer) {
  for (Scene* scene : all()) scene->hear(performer);
}

void Scenes::consent_changed() {
  left_out_until_ = Clock::now() + longest_on_the_way;
  for (Scene* scene : all()) {
    if (scene->kind().purpose == Purpose::record) scene->let_go_of_left_out();
  }
}

std::unique_ptr<Scene> Scenes::take_unneeded(TimePoint now,
                                             const std::function<bool(Scene&)>& is_used) {
  for (const auto& [kind, entry] : scenes_) {
    if (kind == Kind() || now < entry.asked_for_at + spare_time) continue;
    const bool is_due = kind.purpose == Purpose::meeting || leaves_somebody_out();
    if (!is_due || !is_used(*entry.scene)) return take(kind);
  }
  return nullptr;
}

std::unique_ptr<Scene> Scenes::take(Kind kind) {
  auto node = scenes_.extract(kind);
  return node ? std::move(node.mapped().scene) : nullptr;
}

}  // namespace tessera::mcu
