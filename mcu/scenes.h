#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/units.h"
#include "gst/descriptions.h"
#include "mcu/scene.h"

namespace tessera::mcu {

// The scenes of a room: that of its meeting, from the first offer on, and further ones, each made
// when it is first asked for: of another layout, for whatever goes out in it, and for the record
// while somebody is left out. Each has all of the room's performers.
//
// A scene costs a composite and a sound mix, so a further one goes some seconds after its last use.
class Scenes {
 public:
  using Purpose = Scene::Purpose;
  using Kind = Scene::Kind;
  using Layout = signalling::OutputLayout;

  struct Callbacks {
    Encodings::Failed encoding_failed;
    // Whose canvas or sound mix failed.
    std::function<void(Kind, const Error&)> failed;
  };

  Scenes(std::string room, const SceneOptions& options, const gst::Descriptions& descriptions,
         Callbacks callbacks);

  // Makes the meeting's. Error: `media_failure`.
  Result<void> start();
  bool have_started() const { return !scenes_.empty(); }
  // Precondition for these: have_started().
  Scene& meeting() const { return *scenes_.at(Kind()).scene; }
  // Error: `media_failure`.
  Result<Scene*> get(Kind kind);
  // One that may have everybody, unless somebody is left out of recordings or was until now. Error:
  // `media_failure`.
  Result<Scene*> for_record(Layout layout);

  std::vector<Scene*> all() const;

  void add(const Performer& performer) { performers_.push_back(&performer); }
  void remove(const Performer& performer);
  // In all scenes of this layout.
  void arrange(Layout layout, std::vector<Placing> placings);
  void show(const Performer& performer);
  void hear(const Performer& performer);

  // Somebody wants to be left out from now on, or was so far.
  void consent_changed();

  // Takes out one that isn't needed any more, for whoever still uses it to change to another. Null
  // if there is none.
  std::unique_ptr<Scene> take_unneeded(TimePoint now, const std::function<bool(Scene&)>& is_used);
  std::unique_ptr<Scene> take(Kind kind);

 private:
  struct Entry {
    std::unique_ptr<Scene> scene;
    TimePoint asked_for_at{};
  };

  bool leaves_somebody_out() const;
  Result<void> make(Kind kind);

  const std::string room_;
  const SceneOptions options_;
  const gst::Descriptions& descriptions_;
  const Callbacks callbacks_;
  std::vector<const Performer*> performers_;
  std::map<Layout, std::vector<Placing>> placings_;
  // Until then, something of who was left out may be on its way in the meeting's.
  TimePoint left_out_until_{};
  std::map<Kind, Entry> scenes_;
};

}  // namespace tessera::mcu
