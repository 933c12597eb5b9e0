#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/units.h"
#include "gst/route.h"
#include "mixer/canvas.h"

namespace tessera::mcu {

// A participant in a tile slot of the canvas: their camera, or their avatar while the camera is
// off, hasn't begun or stalls. Gives the slot back when destroyed.
//
// An anonymous one has the place of somebody who is left out: it says that, and has no label.
class Tile {
 public:
  // Anonymous without a name. `camera` as of show_camera(); what another scene shows of it already
  // is seen at once.
  Tile(mixer::Canvas& canvas, int slot, std::optional<std::string> name, const Rectangle& place,
       const gst::Outlet* camera);
  ~Tile();
  Tile(const Tile&) = delete;
  Tile& operator=(const Tile&) = delete;

  void place(const Rectangle& place);

  // The camera's pictures, in the tile's size; null while it is off. Must outlive the tile or be
  // taken back. Not for an anonymous tile.
  void show_camera(const gst::Outlet* camera);

  // Puts the avatar there when the camera stalls. To be called several times a second.
  void check_camera();

  // The name at the tile's lower edge, on the canvas; empty if it is anonymous.
  mixer::Label label(bool microphone);

  bool is_anonymous() const { return !name_; }
  int slot() const { return slot_; }
  const Rectangle& where() const { return place_; }

 private:
  struct DrawnLabel {
    bool microphone;
    Resolution tile;
    mixer::Image image;
  };

  void show_avatar();
  mixer::Image draw_avatar() const;

  mixer::Canvas& canvas_;
  int slot_;
  std::optional<std::string> name_;
  Rectangle place_;
  const gst::Outlet* camera_ = nullptr;
  std::unique_ptr<gst::Route> route_;
  bool shows_avatar_ = false;
  // Drawn anew only for what changed: a client may turn its camera on and off many times a second.
  mixer::Image avatar_;
  std::optional<DrawnLabel> label_;
};

}  // namespace tessera::mcu
