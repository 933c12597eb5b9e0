#pragma once

#include <optional>
#include <string>

#include "base/participant_id.h"
#include "base/units.h"
#include "gst/outlet.h"
#include "signalling/messages.h"

namespace tessera::mcu {

class Room;

// Somebody, or something that is played, who is seen and heard in a room. Tells its scenes whenever
// what they send is another, and whoever sends it in which size and whether it is of use.
class Performer {
 public:
  Performer(Room& room, signalling::Participant self);
  virtual ~Performer() = default;
  Performer(const Performer&) = delete;
  Performer& operator=(const Performer&) = delete;

  const ParticipantId& id() const { return self_.id; }
  const std::string& name() const { return self_.name; }
  bool microphone() const { return self_.microphone; }
  // Whether recordings may have anything of them.
  bool recorded() const { return self_.recorded; }
  const signalling::Participant& view() const { return self_; }

  // What there is to be seen and heard of them now; null while that is nothing.
  const gst::Outlet* seen() const { return self_.camera ? picture() : nullptr; }
  const gst::Outlet* heard() const { return self_.microphone ? sound() : nullptr; }
  // The slot in which they are heard now.
  std::optional<int> speaks_in() const { return heard() ? voice_slot_ : std::nullopt; }

  // How large they are seen; nothing: they are off stage.
  void take_place(std::optional<Resolution> tile);

  // How often they are seen at most, per second; 0: as often as they send.
  void limit_frame_rate(int frame_rate);

  // Where they speak: a voice slot's number, or nothing.
  void take_voice_slot(std::optional<int> slot);

  std::optional<int> take_level();

  // Leaves tile and voice slot for good: before what they send goes, and before others get the
  // slots.
  void end_performance();

 protected:
  // What they send now; null while that is nothing. Of outlets that outlive end_performance().
  virtual const gst::Outlet* picture() const = 0;
  virtual const gst::Outlet* sound() const = 0;
  // Mean since the last call (RFC 6464); nothing if none came.
  virtual std::optional<int> level() = 0;
  virtual void send_size(Resolution size) = 0;
  virtual void send_frame_rate(int limit) = 0;
  // Whether they are seen, and heard in a slot of their own, now.
  virtual void be_seen(bool seen) = 0;
  virtual void be_heard(bool heard) = 0;
  // What was taken of them past the room's scenes is taken no more if it is kept.
  virtual void consent_changed() {}

  // Tells the room if that is new.
  void set_media(const signalling::Media& media);
  // What they send has begun.
  void start_performance();
  void route_picture();
  void route_sound();

 private:
  Room& room_;
  signalling::Participant self_;
  int frame_rate_limit_ = 0;
  std::optional<Resolution> tile_;
  std::optional<int> voice_slot_;
  bool has_ended_ = false;
};

}  // namespace tessera::mcu
