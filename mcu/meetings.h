#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/event_loop.h"
#include "gst/descriptions.h"
#include "mcu/room.h"
#include "signalling/meetings.h"

namespace tessera::mcu {

struct MeetingsOptions {
  RoomOptions room;
  int max_rooms = 100;
  int max_people = 1000;                           // In all rooms together.
  std::vector<signalling::IceServer> ice_servers;  // For the clients.
};

// All rooms of a server. A room is made when its first participant joins and goes with the last.
class Meetings : public signalling::Meetings {
 public:
  Meetings(MeetingsOptions options, gst::Descriptions descriptions);

  // Errors: `room_full`, `server_full`.
  Result<std::unique_ptr<signalling::Seat>> join(const signalling::Join& join,
                                                 signalling::Client& client) override;

  // Ends all meetings, telling everybody; they are gone when is_empty().
  void end(const Error& reason);
  bool is_empty() const { return rooms_.empty(); }

 private:
  Room* find(const std::string& name) const;
  Result<void> check_space(const Room* room) const;
  Room& make_room(const std::string& name);
  void remove_empty_rooms();

  const MeetingsOptions options_;
  const gst::Descriptions descriptions_;
  std::vector<std::unique_ptr<Room>> rooms_;  // One that is over may still have its name.
  int last_id_ = 0;
  Anchor anchor_;
};

}  // namespace tessera::mcu
