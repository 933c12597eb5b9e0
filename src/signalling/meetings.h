#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "signalling/messages.h"

namespace tessera::signalling {

// The client's end of a joined connection, as the meeting sees it. Valid for as long as the seat it
// was given to.
class Client {
 public:
  virtual ~Client() = default;

  virtual void send(const ServerMessage& message) { send_serialized(serialize(message)); }

  // What serialize() made of a message: for one that goes to many.
  virtual void send_serialized(const std::string& message) = 0;

  // Sends the error, closes the connection with the error's close code (README.md) and then, not
  // before the call returned, destroys the seat.
  virtual void close(const Error& error) = 0;
};

// One client's media connection, as the signalling connection sees it. Destroying it ends it.
class MediaSession {
 public:
  virtual ~MediaSession() = default;

  // The answer, candidates and the connection's state come later, through the client.
  virtual Result<void> offer(const Offer& offer) = 0;
  virtual Result<void> add_candidate(const Candidate& candidate) = 0;
};

// A participant's place in a room. Destroying it leaves the room.
class Seat : public MediaSession {
 public:
  virtual void set_media(const Media& media) = 0;
};

// The rooms of a server. All on the control thread.
class Meetings {
 public:
  virtual ~Meetings() = default;

  // Sends `joined` through the client before it returns the seat.
  virtual Result<std::unique_ptr<Seat>> join(const Join& join, Client& client) = 0;

  // For who only watches. Errors: `unknown_room`, `server_full`.
  virtual Result<std::unique_ptr<MediaSession>> watch(const std::string& room, Client& client) = 0;

  // For who is sent what one participant sends, as it is. Errors: `unknown_room`,
  // `unknown_participant`, `not_possible`, `server_full`.
  virtual Result<std::unique_ptr<MediaSession>> follow(const std::string& room,
                                                       const ParticipantId& participant,
                                                       Client& client) = 0;

  // For clients.
  virtual const std::vector<IceServer>& ice_servers() const = 0;
};

}  // namespace tessera::signalling
