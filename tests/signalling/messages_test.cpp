#include "signalling/messages.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace tessera::signalling {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

std::string repeat(const std::string& text, int times) {
  std::string result;
  for (int i = 0; i < times; ++i) result += text;
  return result;
}

std::string join_as(const std::string& name) {
  return json{{"type", "join"}, {"room", "r"}, {"name", name}}.dump();
}

std::string join_into(const std::string& room) {
  return json{{"type", "join"}, {"room", room}, {"name", "Ada"}}.dump();
}

struct BadMessage {
  const char* what;
  std::string text;
  const char* code;
};

TEST(Messages, WhatIsNotAMessageGetsItsCode) {
  const std::vector<BadMessage> table = {
      {"nothing", "", "invalid_message"},
      {"half a JSON", R"({"type": "join", "ro)", "invalid_message"},
      {"something behind it", R"({"type": "leave"} x)", "invalid_message"},
      {"an array", R"([{"type": "leave"}])", "invalid_message"},
      {"a number", "7", "invalid_message"},
      {"null", "null", "invalid_message"},
      {"deeply nested", repeat("[", 60'000), "invalid_message"},
      {"not UTF-8", "{\"type\": \"join\", \"room\": \"r\", \"name\": \"\xff\"}", "invalid_message"},
      {"half a surrogate pair", R"({"type": "join", "room": "r", "name": "\ud800"})",
       "invalid_message"},
      {"no type", R"({"room": "r"})", "invalid_message"},
      {"a type that is no text", R"({"type": 1})", "invalid_message"},
      {"an unknown type", R"({"type": "dance"})", "unknown_type"},
      {"a server's type", R"({"type": "joined"})", "unknown_type"},
      {"join without a room", R"({"type": "join", "name": "Ada"})", "invalid_message"},
      {"join without a name", R"({"type": "join", "room": "r"})", "invalid_message"},
      {"a room that is no text", R"({"type": "join", "room": 7, "name": "Ada"})",
       "invalid_message"},
      {"a camera that is no flag",
       R"({"type": "join", "room": "r", "name": "Ada", "camera": "yes"})", "invalid_message"},
      {"a token that is no text", R"({"type": "join", "room": "r", "name": "Ada", "token": 1})",
       "invalid_message"},
      {"an empty room", join_into(""), "invalid_room"},
      {"a room too long", join_into(repeat("r", 65)), "invalid_room"},
      {"a room with a space", join_into("a b"), "invalid_room"},
      {"a room with a slash", join_into("../etc"), "invalid_room"},
      {"a room with an umlaut", join_into("küche"), "invalid_room"},
      {"an empty name", join_as(""), "invalid_name"},
      {"a name too long", join_as(repeat("ü", 65)), "invalid_name"},
      {"a name of spaces", join_as("  \u3000"), "invalid_name"},
      {"a name of nothing to be seen", join_as("\u200b\u200d"), "invalid_name"},
      {"a name with a line break", join_as("Ada\nGrace"), "invalid_name"},
      {"a name with a NUL", R"({"type": "join", "room": "r", "name": "Ada\u0000"})",
       "invalid_name"},
      {"an offer without SDP", R"({"type": "offer"})", "invalid_message"},
      {"a candidate without one", R"({"type": "candidate"})", "invalid_message"},
      {"a negative m-line", R"({"type": "candidate", "candidate": "", "sdpMLineIndex": -1})",
       "invalid_message"},
      {"a huge m-line", R"({"type": "candidate", "candidate": "", "sdpMLineIndex": 4294967296})",
       "invalid_message"},
      {"half an m-line", R"({"type": "candidate", "candidate": "", "sdpMLineIndex": 0.5})",
       "invalid_message"},
      {"a wish not to be recorded that is no flag",
       R"({"type": "join", "room": "r", "name": "A", "recorded": "no"})", "invalid_message"},
      {"a microphone that is no flag", R"({"type": "media", "microphone": null})",
       "invalid_message"},
  };
  for (const BadMessage& bad : table) {
    const auto message = parse(bad.text);
    ASSERT_FALSE(message.has_value()) << bad.what;
    EXPECT_EQ(message.error().code, bad.code) << bad.what;
    EXPECT_FALSE(message.error().message.empty()) << bad.what;
  }
}

TEST(Messages, JoinIsReadWithItsDefaults) {
  const auto message = parse(R"({"type": "join", "room": "a.B_c-9", "name": "Ada", "age": 36})");
  ASSERT_TRUE(message.has_value());
  const auto& join = std::get<Join>(*message);
  EXPECT_EQ(join.room, "a.B_c-9");
  EXPECT_EQ(join.name, "Ada");
  EXPECT_TRUE(join.camera);
  EXPECT_TRUE(join.microphone);
  EXPECT_FALSE(join.recorded.has_value());
  EXPECT_EQ(join.token, "");
}

TEST(Messages, JoinIsReadWithAllItMaySay) {
  const auto message = parse(
      R"({"type": "join", "room": "r", "name": "A", "camera": false, "microphone": false,
          "recorded": false, "token": "t"})");
  ASSERT_TRUE(message.has_value());
  const auto& join = std::get<Join>(*message);
  EXPECT_FALSE(join.camera);
  EXPECT_FALSE(join.microphone);
  EXPECT_EQ(join.recorded, std::optional(false));
  EXPECT_EQ(join.token, "t");
}

TEST(Messages, NamesOfAllAlphabetsAreTaken) {
  for (const std::string name : {"Ada", "Łukasz", "李小龍", "محمد", "🦉", "a b", "👩‍💻"}) {
    EXPECT_TRUE(parse(join_as(name)).has_value()) << name;
  }
  EXPECT_TRUE(parse(join_as(repeat("ü", 64))).has_value());
}

TEST(Messages, TheOthersAreRead) {
  const auto offer = parse(R"({"type": "offer", "sdp": "v=0\r\n"})");
  EXPECT_EQ(std::get<Offer>(*offer).sdp, "v=0\r\n");
  const auto candidate = parse(
      R"({"type": "candidate", "candidate": "candidate:1", "sdpMLineIndex": 1, "sdpMid": "1"})");
  EXPECT_EQ(std::get<Candidate>(*candidate).candidate, "candidate:1");
  EXPECT_EQ(std::get<Candidate>(*candidate).sdp_m_line_index, 1);
  const auto by_mid = parse(R"({"type": "candidate", "candidate": "c", "sdpMLineIndex": null})");
  EXPECT_EQ(std::get<Candidate>(*by_mid).sdp_m_line_index, std::nullopt);
  const auto media = parse(R"({"type": "media", "camera": false})");
  EXPECT_EQ(std::get<Media>(*media).camera, std::optional(false));
  EXPECT_EQ(std::get<Media>(*media).microphone, std::nullopt);
  EXPECT_EQ(std::get<Media>(*media).recorded, std::nullopt);
  const auto consent = parse(R"({"type": "media", "recorded": false})");
  EXPECT_EQ(std::get<Media>(*consent).recorded, std::optional(false));
  EXPECT_TRUE(std::holds_alternative<Leave>(*parse(R"({"type": "leave"})")));
}

struct Said {
  ServerMessage message;
  json text;
};

// As in src/signalling/README.md.
TEST(Messages, WhatTheServerSaysIsWrittenAsDescribed) {
  const Participant ada{"p7", "Ada Lovelace", true, false, true};
  const json ada_text = {{"id", "p7"},
                         {"name", "Ada Lovelace"},
                         {"camera", true},
                         {"microphone", false},
                         {"recorded", true}};
  const Output live{.id = "o1",
                    .kind = OutputKind::hls,
                    .state = "live",
                    .target = "/hls/standup/index.m3u8",
                    .elapsed = 90500ms};
  const json live_text = {{"id", "o1"},      {"kind", "hls"},
                          {"state", "live"}, {"target", "/hls/standup/index.m3u8"},
                          {"elapsed", 90.5}, {"layout", "grid"}};
  const std::vector<Said> table = {
      {Joined{
           "standup",
           "p7",
           "f3a9",
           {ada},
           {{{"stun:stun.example.org:3478"}, "", ""}, {{"turn:turn.example.org:3478"}, "u", "c"}},
           {live}},
       {{"type", "joined"},
        {"room", "standup"},
        {"participant", "p7"},
        {"token", "f3a9"},
        {"participants", {ada_text}},
        {"ice_servers",
         {{{"urls", {"stun:stun.example.org:3478"}}},
          {{"urls", {"turn:turn.example.org:3478"}}, {"username", "u"}, {"credential", "c"}}}},
        {"outputs", {live_text}}}},
      {OutputChanged{live}, {{"type", "output"}, {"output", live_text}}},
      {Answer{"v=0"}, {{"type", "answer"}, {"sdp", "v=0"}}},
      {Candidate{"candidate:1", 1},
       {{"type", "candidate"}, {"candidate", "candidate:1"}, {"sdpMLineIndex", 1}}},
      {Connected{}, {{"type", "connection"}, {"state", "connected"}}},
      {ParticipantJoined{ada}, {{"type", "participant_joined"}, {"participant", ada_text}}},
      {ParticipantChanged{ada}, {{"type", "participant_changed"}, {"participant", ada_text}}},
      {ParticipantLeft{"p7"}, {{"type", "participant_left"}, {"id", "p7"}}},
      {Layout{{1280, 720}, {{"p7", 0, 0.25, 0.5, 0.5}}},
       {{"type", "layout"},
        {"width", 1280},
        {"height", 720},
        {"tiles",
         {{{"participant", "p7"}, {"x", 0.0}, {"y", 0.25}, {"width", 0.5}, {"height", 0.5}}}}}},
      {Layout{}, {{"type", "layout"}, {"width", 0}, {"height", 0}, {"tiles", json::array()}}},
      {Error{"room_full", "Full."},
       {{"type", "error"}, {"code", "room_full"}, {"message", "Full."}}},
  };
  for (const Said& said : table) EXPECT_EQ(json::parse(serialize(said.message)), said.text);
}

TEST(Messages, AnErrorThatQuotesBrokenTextIsStillJson) {
  EXPECT_FALSE(json::parse(serialize(Error{"code", "not UTF-8: \xff"})).is_discarded());
}

}  // namespace
}  // namespace tessera::signalling
