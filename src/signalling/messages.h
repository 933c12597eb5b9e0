#pragma once

#include <nlohmann/json_fwd.hpp>
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
  bool recorded = true;  // Whether recordings may have anything of them.

  bool operator==(const Participant&) const = default;
};

// What a client sends.

struct Join {
  std::string room;
  std::string name;
  bool camera = true;
  bool microphone = true;
  std::optional<bool> recorded;  // Absent: as they were, by the token; true for who is new.
  std::string token;             // Empty: a new seat.
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
  std::optional<bool> recorded;
};

struct Leave {};

using ClientMessage = std::variant<Join, Offer, Candidate, Media, Leave>;

// What the server sends; Candidate goes both ways.

struct IceServer {
  std::vector<std::string> urls;
  std::string username;  // Empty: none needed.
  std::string credential;
};

enum class OutputKind { broadcast, recording, hls };

// How something that goes out shows the room.
enum class OutputLayout {
  grid,    // As its people see it.
  speaker  // Who spoke last, filling the picture.
};

// Members that don't belong to the kind of output are empty.
struct OutputSettings {
  OutputLayout layout = OutputLayout::grid;
  std::string format;   // Of a recording: "mp4" or "webm".
  bool tracks = false;  // Of a recording: each participant in files of their own, too.
  // Not of WebM, which has the room's own picture. In a request, 0 means the server's own.
  Resolution size;
  int frame_rate = 0;
  Bitrate video_bitrate;
};

// What goes out of a room beside what its people get.
struct Output {
  std::string id;
  OutputKind kind = OutputKind::broadcast;
  OutputSettings settings;
  std::string state;   // README.md lists them.
  std::string reason;  // In plain words, where the state needs one.
  std::string target;  // Where it goes, without secrets: an address, a file's name, a path here.
  Duration elapsed{};  // On the air or recorded, without pauses.
};

struct Joined {
  std::string room;
  ParticipantId participant;
  std::string token;
  std::vector<Participant> participants;
  std::vector<IceServer> ice_servers;
  std::vector<Output> outputs;
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

// Started, or in another state than before.
struct OutputChanged {
  Output output;
};

using ServerMessage =
    std::variant<Joined, Answer, Candidate, Connected, ParticipantJoined, ParticipantChanged,
                 ParticipantLeft, Layout, OutputChanged, Error>;

// Whether room and name are as README.md says. Errors: invalid_room, invalid_name.
Result<void> check(const Join& join);
Result<void> check_room(const std::string& room);
Result<void> check_name(const std::string& name);

// Reads a client's message. Errors: invalid_message, unknown_type, invalid_room, invalid_name.
Result<ClientMessage> parse(std::string_view text);

// The message as one line of JSON.
std::string serialize(const ServerMessage& message);

nlohmann::json to_json(const Output& output);
nlohmann::json to_json(const Participant& participant);

}  // namespace tessera::signalling
