#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/units.h"
#include "gst/descriptions.h"
#include "gst/outlet.h"
#include "gst/route.h"
#include "mcu/encodings.h"
#include "mcu/tile.h"
#include "mixer/audio_mix.h"
#include "mixer/canvas.h"
#include "signalling/studio.h"

namespace tessera::mcu {

class Performer;

struct SceneOptions {
  mixer::CanvasOptions canvas;
  int voice_slots = 8;
  EncodingOptions encodings;
};

// Where one of the cast is to be seen.
struct Placing {
  const Performer* performer;
  int slot;
  Rectangle place;
};

// How a room looks and sounds: a canvas and a sound mix, which stand still until its end, the
// encodings of both, and the routes by which performers come to their tiles and voice slots.
//
// A room may have several, for what leaves a performer goes to each by a route of its own. One for
// the record never gets anything of who is left out of recordings: a still that is the same for all
// has their place, and their voice slot is silent.
class Scene {
 public:
  enum class Purpose { meeting, record };

  struct Kind {
    Purpose purpose = Purpose::meeting;
    signalling::OutputLayout layout = signalling::OutputLayout::grid;

    auto operator<=>(const Kind&) const = default;
  };

  struct Callbacks {
    Encodings::Failed encoding_failed;
    // Of the canvas or the sound mix: the scene is of no use any more.
    std::function<void(const Error&)> failed;
  };

  // Error: `media_failure`; the reason is logged.
  static Result<std::unique_ptr<Scene>> create(const std::string& room, Kind kind,
                                               const SceneOptions& options,
                                               const gst::Descriptions& descriptions,
                                               const Callbacks& callbacks);

  // Puts the cast into their tiles; the slate is there while there is none.
  void arrange(const std::vector<Placing>& placings);
  // Takes what there is to be seen of them now, if they have a tile.
  void show(const Performer& performer);
  // Takes what there is to be heard of them now, if they have a voice slot.
  void hear(const Performer& performer);
  // Has nothing of them any more: before what they send goes, and before others get the slots.
  void remove(const Performer& performer);

  // At once, and before anything else is made, which takes its time.
  void let_go_of_left_out();

  void draw_labels();
  // Puts avatars in the place of cameras that stall. To be called several times a second.
  void check_cameras();

  Kind kind() const { return kind_; }
  mixer::Canvas& canvas() { return *canvas_; }
  Encodings& encodings() { return *encodings_; }

  // How long it still takes until everybody's camera is sure to have come, and the last picture of
  // who has been left out lately to have gone.
  Duration settles_in() const;

 private:
  Scene(std::string room, Kind kind, const SceneOptions& options,
        const gst::Descriptions& descriptions, const Callbacks& callbacks,
        std::unique_ptr<mixer::Canvas> canvas, std::unique_ptr<mixer::AudioMix> sound);

  bool holds(const Performer& performer) const;
  Tile& make_tile(const Performer& performer, int slot, const Rectangle& place);
  void show_slate();

  const std::string room_;
  const Kind kind_;
  const Resolution size_;
  TimePoint unsettled_at_ = Clock::now();
  std::unique_ptr<mixer::Canvas> canvas_;
  std::unique_ptr<mixer::AudioMix> sound_;
  std::unique_ptr<Encodings> encodings_;
  std::map<const Performer*, Tile> tiles_;
  std::map<const Performer*, gst::Route> voices_;
};

}  // namespace tessera::mcu
