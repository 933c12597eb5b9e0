#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/event_loop.h"
#include "gst/descriptions.h"
#include "mcu/ended_outputs.h"
#include "mcu/room.h"
#include "signalling/meetings.h"

namespace tessera::mcu {

struct MeetingsOptions {
  RoomOptions room;
  int max_rooms = 100;
  int max_people = 1000;                           // In all rooms together, viewers too.
  std::vector<signalling::IceServer> ice_servers;  // For the clients.
};

// Of a name by which there is no room.
Error unknown_room();

// All rooms of a server. A room is made when its first participant joins, or something is to go out
// of it, and goes with the last of these and of who watches.
class Meetings : public signalling::Meetings {
 public:
  Meetings(MeetingsOptions options, gst::Descriptions descriptions);

  // Errors: `room_full`, `server_full`.
  Result<std::unique_ptr<signalling::Seat>> join(const signalling::Join& join,
                                                 signalling::Client& client) override;
  Result<std::unique_ptr<signalling::MediaSession>> watch(const std::string& room,
                                                          signalling::Client& client) override;
  Result<std::unique_ptr<signalling::MediaSession>> follow(const std::string& room,
                                                           const ParticipantId& participant,
                                                           signalling::Client& client) override;
  const std::vector<signalling::IceServer>& ice_servers() const override {
    return options_.ice_servers;
  }

  // Unique in the server, never used twice.
  ParticipantId next_id() { return "p" + std::to_string(++last_id_); }

  // Ends all meetings, telling everybody; they are gone when is_empty().
  void end(const Error& reason);
  bool is_empty() const { return rooms_.empty(); }

  // Null if there is none. One that is over counts no more.
  Room* find(const std::string& name) const;

  // Of a room that is there or was, with ids of their own: those that ended lately, too.
  std::vector<signalling::Output> outputs(const std::string& room) const;

  // Makes it if there is none; check_empty() has to be called if it isn't used then. Error:
  // `server_full`.
  Result<Room*> open(const std::string& name);

 private:
  Result<Room*> find_for_audience(const std::string& name) const;
  Result<void> check_people() const;
  Result<void> check_space(const Room* room) const;
  Result<void> check_rooms() const;
  Room& make_room(const std::string& name);
  void remove_empty_rooms();

  const MeetingsOptions options_;
  const gst::Descriptions descriptions_;
  std::vector<std::unique_ptr<Room>> rooms_;  // One that is over may still have its name.
  EndedOutputs ended_outputs_;
  int last_id_ = 0;
  Anchor anchor_;
};

}  // namespace tessera::mcu
