#include "mcu/tile.h"

#include <algorithm>
#include <utility>

namespace tessera::mcu {
namespace {

// A camera that sent nothing for so long stalls. With the time between checks it stays within a
// second.
constexpr Duration stall = std::chrono::milliseconds(700);

bool stalls(const gst::Outlet& camera) {
  const std::optional<Duration> silent = camera.silent_for();
  return !silent || *silent > stall;
}

// Drawn anew only for another size: a client may be left out and come back many times a second. On
// the control thread.
const mixer::Image& left_out(Resolution size) {
  static mixer::Image image;
  if (image.size != size) image = mixer::draw_left_out(size);
  return image;
}

}  // namespace

Tile::Tile(mixer::Canvas& canvas, int slot, std::optional<std::string> name, const Rectangle& place,
           const gst::Outlet* camera)
    : canvas_(canvas), slot_(slot), name_(std::move(name)), place_(place) {
  // Another scene may have it already: then it would be missed until its next picture.
  const auto latest = camera == nullptr || stalls(*camera) ? gst::Ref<GstSample>() : camera->last();
  if (latest) {
    canvas_.show_still(slot_, latest);
  } else {
    show_avatar();
  }
  canvas_.show(slot_, place_);
  show_camera(camera);
}

Tile::~Tile() {
  route_.reset();
  canvas_.hide(slot_);
}

void Tile::place(const Rectangle& place) {
  const bool new_size = place.size() != place_.size();
  place_ = place;
  if (new_size && (shows_avatar_ || camera_ == nullptr || !camera_->silent_for())) show_avatar();
  canvas_.show(slot_, place);
}

void Tile::show_camera(const gst::Outlet* camera) {
  if (camera == camera_) return;
  camera_ = camera;
  route_.reset();
  if (camera_ == nullptr) return show_avatar();
  route_ =
      std::make_unique<gst::Route>(*camera_, canvas_.tile(slot_), gst::Route::Media::any_buffer);
}

void Tile::check_camera() {
  if (camera_ == nullptr) return;
  const bool it_stalls = stalls(*camera_);
  if (it_stalls && !shows_avatar_) show_avatar();
  if (!it_stalls) shows_avatar_ = false;
}

void Tile::show_avatar() {
  shows_avatar_ = true;
  if (place_.width == 0) return;
  if (avatar_.size != place_.size()) avatar_ = draw_avatar();
  canvas_.show_still(slot_, avatar_);
}

mixer::Image Tile::draw_avatar() const {
  return name_ ? mixer::draw_avatar(*name_, place_.size()) : left_out(place_.size());
}

mixer::Label Tile::label(bool microphone) {
  if (!name_) return {};
  const Resolution tile = place_.size();
  if (!label_ || label_->microphone != microphone || label_->tile != tile) {
    label_ = {microphone, tile, mixer::draw_label(*name_, microphone, tile)};
  }
  mixer::Label label{label_->image, 0, 0};
  const int margin = std::max(4, place_.height / 40);
  label.x = place_.x + margin;
  label.y = place_.y + place_.height - label.image.size.height - margin;
  return label;
}

}  // namespace tessera::mcu
