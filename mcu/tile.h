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
class Tile {
 public:
  Tile(mixer::Canvas& canvas, int slot, std::string name);
  ~Tile();
  Tile(const Tile&) = delete;
  Tile& operator=(const Tile&) = delete;

  void place(const Rectangle& place);

  // The camera's pictures, in the tile's size; null while it is off. Must outlive the tile or be
  // taken back.
  void show_camera(const gst::Outlet* camera);

  // Puts the avatar there when the camera stalls. To be called several times a second.
  void check_camera();

  // The name at the tile's lower edge, on the canvas.
  mixer::Label label(bool microphone);

  int slot() const { return slot_; }
  const Rectangle& where() const { return place_; }

 private:
  struct DrawnLabel {
    bool microphone;
    Resolution tile;
    mixer::Image image;
  };

  void show_avatar();

  mixer::Canvas& canvas_;
  int slot_;
  std::string name_;
  Rectangle place_;
  const gst::Outlet* camera_ = nullptr;
  std::unique_ptr<gst::Route> route_;
  bool shows_avatar_ = false;
  // Drawn anew only for what changed: a client may turn its camera on and off many times a second.
  mixer::Image avatar_;
  std::optional<DrawnLabel> label_;
};

}  // namespace tessera::mcu
