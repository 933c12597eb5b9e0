#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/participant_id.h"
#include "base/result.h"
#include "base/units.h"

// The messages of README.md as values.
namespace tessera::signalling {

struct Participant {
  ParticipantId id;
  std::string name;
  bool camera = true;
  bool microphone = true;
};

// What a client sends.

struct Join {
  std::string room;
  std::string name;
  bool camera = true;
  bool microphone = true;
  std::string token;  // Empty: a new seat.
};

struct Offer {
  std::string sdp;
};

struct Candidate {
  std::string candidate;  // Empty: there are no more.
  std::optional<int> sdp_m_line_index;
};

// Absent: unchanged.
struct Media {
  std::optional<bool> camera;
  std::optional<bool> microphone;
};

struct Leave {};

using ClientMessage = std::variant<Join, Offer, Candidate, Media, Leave>;

// What the server sends; Candidate goes both ways.

struct IceServer {
  std::vector<std::string> urls;
  std::string username;  // Empty: none needed.
  std::string credential;
};

struct Joined {
  std::string room;
  ParticipantId participant;
  std::string token;
  std::vector<Participant> participants;
  std::vector<IceServer> ice_servers;
};

struct Answer {
  std::string sdp;
};

struct Connected {};

struct ParticipantJoined {
  Participant participant;
};

struct ParticipantChanged {
  Participant participant;
};

struct ParticipantLeft {
  ParticipantId id;
};

// In fractions of the picture's width and height.
struct Tile {
  ParticipantId participant;
  double x = 0;
  double y = 0;
  double width = 0;
  double height = 0;
};

struct Layout {
  Resolution size;  // Of the composite.
  std::vector<Tile> tiles;
};

using ServerMessage = std::variant<Joined, Answer, Candidate, Connected, ParticipantJoined,
                                   ParticipantChanged, ParticipantLeft, Layout, Error>;

// Whether room and name are as README.md says. Errors: invalid_room, invalid_name.
Result<void> check(const Join& join);

// Reads a client's message. Errors: invalid_message, unknown_type, invalid_room, invalid_name.
Result<ClientMessage> parse(std::string_view text);

// The message as one line of JSON.
std::string serialize(const ServerMessage& message);

}  // namespace tessera::signalling
