#include "signalling/messages.h"

#include <glib.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

namespace tessera::signalling {
namespace {

using nlohmann::json;

constexpr std::size_t longest_room = 64;
constexpr glong longest_name = 64;
constexpr std::size_t longest_token = 64;
constexpr int highest_m_line_index = 255;

template <typename... Visitors>
struct Overloaded : Visitors... {
  using Visitors::operator()...;
};
template <typename... Visitors>
Overloaded(Visitors...) -> Overloaded<Visitors...>;

Error invalid_message(const std::string& why) { return {"invalid_message", why}; }

// A member that has to be there: null if it isn't, or of another type.
const std::string* text_member(const json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() ? nullptr : found->get_ptr<const std::string*>();
}

Error lacks_text(const char* type, const char* key) {
  return invalid_message(std::string("The message \"") + type + "\" needs a \"" + key +
                         "\" that is text.");
}

// A member that may be left out. Error if it is there and something else than true or false.
Result<std::optional<bool>> flag_member(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end()) return std::optional<bool>();
  const bool* flag = found->get_ptr<const bool*>();
  if (flag == nullptr) {
    return invalid_message(std::string("\"") + key + "\" has to be true or false.");
  }
  return std::optional(*flag);
}

bool is_room_name(const std::string& room) {
  return !room.empty() && room.size() <= longest_room && std::ranges::all_of(room, [](char c) {
    return g_ascii_isalnum(c) || c == '.' || c == '_' || c == '-';
  });
}

bool is_participant_name(const std::string& name) {
  if (!g_utf8_validate_len(name.data(), name.size(), nullptr)) return false;
  if (g_utf8_strlen(name.c_str(), -1) > longest_name) return false;
  bool can_be_seen = false;
  for (const char* at = name.c_str(); *at != 0; at = g_utf8_next_char(at)) {
    const gunichar letter = g_utf8_get_char(at);
    if (g_unichar_iscntrl(letter)) return false;
    can_be_seen = can_be_seen || g_unichar_isgraph(letter);
  }
  return can_be_seen;
}

Result<Media> parse_media(const json& object) {
  const auto camera = flag_member(object, "camera");
  if (!camera) return camera.error();
  const auto microphone = flag_member(object, "microphone");
  if (!microphone) return microphone.error();
  const auto recorded = flag_member(object, "recorded");
  if (!recorded) return recorded.error();
  return Media{*camera, *microphone, *recorded};
}

Result<ClientMessage> parse_join(const json& object) {
  const std::string* room = text_member(object, "room");
  if (room == nullptr) return lacks_text("join", "room");
  const std::string* name = text_member(object, "name");
  if (name == nullptr) return lacks_text("join", "name");
  Join join{.room = *room, .name = *name};
  if (const auto checked = check(join); !checked) return checked.error();
  const Result<Media> media = parse_media(object);
  if (!media) return media.error();
  join.camera = media->camera.value_or(true);
  join.microphone = media->microphone.value_or(true);
  join.recorded = media->recorded;
  if (object.contains("token")) {
    const std::string* token = text_member(object, "token");
    if (token == nullptr) return lacks_text("join", "token");
    if (token->size() <= longest_token) join.token = *token;
  }
  return ClientMessage(std::move(join));
}

Result<ClientMessage> parse_offer(const json& object) {
  const std::string* sdp = text_member(object, "sdp");
  if (sdp == nullptr) return lacks_text("offer", "sdp");
  return ClientMessage(Offer{*sdp});
}

Result<ClientMessage> parse_candidate(const json& object) {
  const std::string* candidate = text_member(object, "candidate");
  if (candidate == nullptr) return lacks_text("candidate", "candidate");
  Candidate parsed{*candidate, std::nullopt};
  const auto index = object.find("sdpMLineIndex");
  // RTCIceCandidate leaves it null where sdpMid names the m-line.
  if (index == object.end() || index->is_null()) return ClientMessage(std::move(parsed));
  if (!index->is_number_unsigned() || *index > highest_m_line_index) {
    return invalid_message("\"sdpMLineIndex\" has to be the number of an m-line.");
  }
  parsed.sdp_m_line_index = index->get<int>();
  return ClientMessage(std::move(parsed));
}

json to_json(const IceServer& server) {
  json result = {{"urls", server.urls}};
  if (!server.username.empty()) {
    result["username"] = server.username;
    result["credential"] = server.credential;
  }
  return result;
}

const char* word(OutputKind kind) {
  switch (kind) {
    case OutputKind::broadcast:
      return "broadcast";
    case OutputKind::recording:
      return "recording";
    case OutputKind::hls:
      break;
  }
  return "hls";
}

json to_json(const Tile& tile) {
  return {{"participant", tile.participant},
          {"x", tile.x},
          {"y", tile.y},
          {"width", tile.width},
          {"height", tile.height}};
}

template <typename T>
json list(const std::vector<T>& values) {
  json result = json::array();
  for (const T& value : values) result.push_back(to_json(value));
  return result;
}

json to_json(const ServerMessage& message) {
  return std::visit(
      Overloaded{
          [](const Joined& joined) -> json {
            return {{"type", "joined"},
                    {"room", joined.room},
                    {"participant", joined.participant},
                    {"token", joined.token},
                    {"participants", list(joined.participants)},
                    {"ice_servers", list(joined.ice_servers)},
                    {"outputs", list(joined.outputs)}};
          },
          [](const Answer& answer) -> json {
            return json({{"type", "answer"}, {"sdp", answer.sdp}});
          },
          [](const Candidate& candidate) -> json {
            return {{"type", "candidate"},
                    {"candidate", candidate.candidate},
                    {"sdpMLineIndex", candidate.sdp_m_line_index.value_or(0)}};
          },
          [](const Connected&) -> json {
            return json({{"type", "connection"}, {"state", "connected"}});
          },
          [](const ParticipantJoined& joined) -> json {
            return {{"type", "participant_joined"}, {"participant", to_json(joined.participant)}};
          },
          [](const ParticipantChanged& changed) -> json {
            return {{"type", "participant_changed"}, {"participant", to_json(changed.participant)}};
          },
          [](const ParticipantLeft& left) -> json {
            return {{"type", "participant_left"}, {"id", left.id}};
          },
          [](const Layout& layout) -> json {
            return {{"type", "layout"},
                    {"width", layout.size.width},
                    {"height", layout.size.height},
                    {"tiles", list(layout.tiles)}};
          },
          [](const OutputChanged& changed) -> json {
            return {{"type", "output"}, {"output", to_json(changed.output)}};
          },
          [](const Error& error) -> json {
            return {{"type", "error"}, {"code", error.code}, {"message", error.message}};
          }},
      message);
}

}  // namespace

nlohmann::json to_json(const Participant& participant) {
  return {{"id", participant.id},
          {"name", participant.name},
          {"camera", participant.camera},
          {"microphone", participant.microphone},
          {"recorded", participant.recorded}};
}

nlohmann::json to_json(const Output& output) {
  const OutputSettings& settings = output.settings;
  json result = {{"id", output.id},
                 {"kind", word(output.kind)},
                 {"state", output.state},
                 {"target", output.target},
                 {"elapsed", static_cast<double>(output.elapsed.count()) / 1000},
                 {"layout", settings.layout == OutputLayout::grid ? "grid" : "speaker"}};
  if (!output.reason.empty()) result["reason"] = output.reason;
  if (output.kind == OutputKind::recording) {
    result["format"] = settings.format;
    result["tracks"] = settings.tracks;
  }
  if (settings.size.width != 0) {
    result["width"] = settings.size.width;
    result["height"] = settings.size.height;
    result["frame_rate"] = settings.frame_rate;
    result["video_bitrate"] = settings.video_bitrate.kbps;
  }
  return result;
}

Result<void> check(const Join& join) {
  if (const auto room = check_room(join.room); !room) return room;
  return check_name(join.name);
}

Result<void> check_room(const std::string& room) {
  if (is_room_name(room)) return {};
  return Error{"invalid_room", "A room's name has 1 to 64 characters from A-Z a-z 0-9 . _ -"};
}

Result<void> check_name(const std::string& name) {
  if (is_participant_name(name)) return {};
  return Error{"invalid_name", "A name has 1 to 64 characters of text."};
}

Result<ClientMessage> parse(std::string_view text) {
  const json object = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object()) return invalid_message("A message is one JSON object.");
  const std::string* type = text_member(object, "type");
  if (type == nullptr) return invalid_message("A message needs a \"type\" that is text.");
  if (*type == "join") return parse_join(object);
  if (*type == "offer") return parse_offer(object);
  if (*type == "candidate") return parse_candidate(object);
  if (*type == "leave") return ClientMessage(Leave{});
  if (*type == "media") {
    const Result<Media> media = parse_media(object);
    if (!media) return media.error();
    return ClientMessage(*media);
  }
  return Error{"unknown_type", "This server knows no such type of message."};
}

std::string serialize(const ServerMessage& message) {
  return to_json(message).dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace tessera::signalling
