#include "mcu/performer.h"

#include <utility>

#include "mcu/room.h"

namespace tessera::mcu {

Performer::Performer(Room& room, signalling::Participant self)
    : room_(room), self_(std::move(self)) {}

void Performer::set_media(const signalling::Media& media) {
  const signalling::Participant former = self_;
  self_.camera = media.camera.value_or(self_.camera);
  self_.microphone = media.microphone.value_or(self_.microphone);
  self_.recorded = media.recorded.value_or(self_.recorded);
  if (self_ == former) return;
  // Before all else: nothing that comes from now on may be recorded.
  if (self_.recorded != former.recorded) {
    // Nor what came before they agreed.
    if (const gst::Outlet* camera = picture()) camera->forget_last();
    consent_changed();
    room_.consent_changed();
  }
  route_picture();
  route_sound();
  room_.media_changed(*this);
}

void Performer::start_performance() {
  if (tile_) send_size(*tile_);
  send_frame_rate(frame_rate_limit_);
  route_picture();
  route_sound();
}

void Performer::end_performance() {
  // The room may be gone by the second time.
  if (!std::exchange(has_ended_, true)) room_.scenes().remove(*this);
}

void Performer::take_place(std::optional<Resolution> tile) {
  const auto former = std::exchange(tile_, tile);
  if (tile && tile != former) send_size(*tile);
  route_picture();
}

void Performer::limit_frame_rate(int frame_rate) {
  frame_rate_limit_ = frame_rate;
  send_frame_rate(frame_rate);
}

void Performer::take_voice_slot(std::optional<int> slot) {
  voice_slot_ = slot;
  route_sound();
}

std::optional<int> Performer::take_level() {
  // What came while the microphone was off must not count afterwards.
  const auto level = this->level();
  return microphone() ? level : std::nullopt;
}

// A camera is decoded only while it is seen.
void Performer::route_picture() {
  room_.scenes().show(*this);
  be_seen(tile_ && self_.camera);
}

// Who has a voice slot and an open microphone speaks there.
void Performer::route_sound() {
  room_.scenes().hear(*this);
  be_heard(speaks_in().has_value());
}

}  // namespace tessera::mcu
