#include "signalling/api.h"

#include <gmock/gmock.h>

#include <fstream>

#include "signalling/server_fixture.h"
#include "support/log_lines.h"
#include "support/temporary_folder.h"

namespace tessera::signalling {
namespace {

const std::string broadcast = R"({"kind": "broadcast", "url": "rtmp://live.example/app/key"})";

class ApiTest : public ServerTest {
 protected:
  void SetUp() override {
    start({.allowed_origins = {"https://studio.example"}, .host_key = "secret"});
    studio_.output = {.id = "o1",
                      .state = "live",
                      .target = "rtmp://live.example/app/…",
                      .elapsed = std::chrono::milliseconds(1500)};
    studio_.source = {"p9", "Film", "film.mp4", "playing", "", 1.5, 60, true};
  }

  Response ask(const char* method, const std::string& path, const std::string& body = "",
               const std::string& key = "secret") {
    return request({.method = method,
                    .path = "/api/rooms/hall" + path,
                    .type = body.empty() ? "" : "application/json",
                    .body = body,
                    .headers = {{"Authorization", "Bearer " + key}}});
  }

  static std::string code(const Response& response) {
    return nlohmann::json::parse(response.body).at("code");
  }
};

TEST_F(ApiTest, StartsWhatGoesOutAndTellsOfIt) {
  const Response started = ask("POST", "/outputs", broadcast);
  EXPECT_EQ(started.status, 201U);
  EXPECT_EQ(started.header("Location"), "/api/rooms/hall/outputs/o1");
  EXPECT_EQ(nlohmann::json::parse(started.body),
            nlohmann::json::parse(R"({"id": "o1", "kind": "broadcast", "state": "live",
                                      "target": "rtmp://live.example/app/…", "elapsed": 1.5,
                                      "layout": "grid"})"));
  EXPECT_EQ(journal_.entries.back(), "start hall rtmp://live.example/app/key");
  EXPECT_EQ(ask("PATCH", "/outputs/o1", R"({"paused": true})").status, 200U);
  EXPECT_EQ(journal_.entries.back(), "pause o1");
  EXPECT_EQ(ask("DELETE", "/outputs/o1").status, 200U);
  EXPECT_EQ(journal_.entries.back(), "stop o1");
  const Response all = ask("GET", "/outputs");
  EXPECT_EQ(nlohmann::json::parse(all.body).at("outputs").at(0).at("id"), "o1");
}

TEST_F(ApiTest, TakesSizeFrameRateAndBitrate) {
  ask("POST", "/outputs",
      R"({"kind": "broadcast", "url": "srt://h:1", "width": 640, "height": 360,
          "frame_rate": 25, "video_bitrate": 800})");
  EXPECT_EQ(studio_.latest_request.settings.size, (Resolution{640, 360}));
  EXPECT_EQ(studio_.latest_request.settings.frame_rate, 25);
  EXPECT_EQ(studio_.latest_request.settings.video_bitrate, Bitrate{800});
  ask("POST", "/outputs", R"({"kind": "recording"})");
  EXPECT_EQ(studio_.latest_request.settings.format, "mp4");
}

TEST_F(ApiTest, SaysHowSomethingGoesOut) {
  const auto settings = [&](OutputKind kind, const OutputSettings& given) {
    studio_.output.kind = kind;
    studio_.output.settings = given;
    nlohmann::json answer = nlohmann::json::parse(ask("POST", "/outputs", broadcast).body);
    for (const char* other : {"id", "kind", "state", "target", "elapsed"}) answer.erase(other);
    return answer;
  };
  EXPECT_EQ(settings(OutputKind::hls, {.layout = OutputLayout::speaker,
                                       .size = {640, 360},
                                       .frame_rate = 25,
                                       .video_bitrate = {800}}),
            nlohmann::json::parse(R"({"layout": "speaker", "width": 640, "height": 360,
                                      "frame_rate": 25, "video_bitrate": 800})"));
  EXPECT_EQ(settings(OutputKind::recording, {.format = "webm", .tracks = true}),
            nlohmann::json::parse(R"({"layout": "grid", "format": "webm", "tracks": true})"));
}

TEST_F(ApiTest, TellsWhoIsThere) {
  studio_.people = {{.id = "p7", .name = "Ada", .camera = false, .recorded = false}};
  const Response all = ask("GET", "/participants");
  EXPECT_EQ(all.status, 200U);
  EXPECT_EQ(nlohmann::json::parse(all.body),
            nlohmann::json::parse(R"({"participants": [{"id": "p7", "name": "Ada", "camera": false,
                                                        "microphone": true, "recorded": false}]})"));
  EXPECT_EQ(ask("DELETE", "/participants").status, 405U);
  EXPECT_EQ(ask("GET", "/participants/p7").status, 404U);
  studio_.refuse = Error{"unknown_room", "A reason."};
  EXPECT_EQ(ask("GET", "/participants").status, 404U);
}

TEST_F(ApiTest, TakesNothingThatWouldHaveNoEffect) {
  const std::vector<std::pair<std::string, std::string>> faults = {
      {R"({"kind": "hls", "frmate": 25})", "frmate"},
      {R"({"kind": "broadcast", "ulr": "rtmp://h/a/b"})", "ulr"},
      {R"({"kind": "hls", "url": "rtmp://h/a/b"})", "url"},
      {R"({"kind": "hls", "format": "mp4"})", "format"},
      {R"({"kind": "broadcast", "url": "rtmp://h/a/b", "tracks": true})", "tracks"},
      {R"({"kind": "recording", "format": "webm", "width": 640, "height": 360})", "height"},
  };
  for (const auto& [body, member] : faults) {
    const Response response = ask("POST", "/outputs", body);
    EXPECT_EQ(response.status, 400U) << body;
    EXPECT_EQ(nlohmann::json::parse(response.body).at("title"),
              "\"" + member + "\" is mistyped, or doesn't go with the rest.");
  }
  EXPECT_EQ(ask("PATCH", "/outputs/o1", R"({"paused": true, "volume": 1})").status, 400U);
  EXPECT_EQ(ask("POST", "/sources", R"({"url": "a.mp4", "volume": 1})").status, 400U);
  EXPECT_EQ(ask("PATCH", "/sources/p9", R"({"pause": true})").status, 400U);
  EXPECT_TRUE(journal_.entries.empty());
}

TEST_F(ApiTest, NamesWhatIsWrongWithARequest) {
  for (const char* body :
       {"nonsense", "[]", R"({"kind": "cinema"})", R"({"kind": "broadcast"})",
        R"({"kind": "broadcast", "url": 7})", R"({"kind": "hls", "width": 640})",
        R"({"kind": "hls", "width": 641, "height": 360})",
        R"({"kind": "recording", "format": "avi"})", R"({"kind": "hls", "layout": "circle"})",
        R"({"kind": "hls", "frame_rate": 29.97})", R"({"kind": "hls", "frame_rate": 0})",
        R"({"kind": "hls", "video_bitrate": 1e300})"}) {
    const Response response = ask("POST", "/outputs", body);
    EXPECT_EQ(response.status, 400U) << body;
    EXPECT_EQ(code(response), "invalid_request") << body;
  }
  EXPECT_EQ(ask("PATCH", "/outputs/o1", R"({"paused": "yes"})").status, 400U);
  EXPECT_EQ(ask("POST", "/sources", R"({"name": "Film"})").status, 400U);
  EXPECT_EQ(code(ask("POST", "/sources", R"({"url": "a.mp4", "name": " "})")), "invalid_name");
  EXPECT_EQ(ask("PATCH", "/sources/p9", R"({"position": -1})").status, 400U);
  EXPECT_EQ(request({.method = "POST",
                     .path = "/api/rooms/hall/outputs",
                     .type = "text/plain",
                     .body = broadcast,
                     .headers = {{"Authorization", "Bearer secret"}}})
                .status,
            415U);
  EXPECT_TRUE(journal_.entries.empty());
}

TEST_F(ApiTest, PlaysSources) {
  const Response added = ask("POST", "/sources", R"({"url": "film.mp4", "loop": true})");
  EXPECT_EQ(added.status, 201U);
  EXPECT_EQ(added.header("Location"), "/api/rooms/hall/sources/p9");
  EXPECT_EQ(nlohmann::json::parse(added.body).at("duration"), 60);
  EXPECT_EQ(journal_.entries.back(), "play hall film.mp4 as Media");
  EXPECT_EQ(ask("PATCH", "/sources/p9", R"({"position": 10.5, "paused": false})").status, 200U);
  EXPECT_EQ(studio_.latest_change.position, 10.5);
  EXPECT_EQ(studio_.latest_change.paused, false);
  EXPECT_EQ(studio_.latest_change.volume, std::nullopt);
  EXPECT_EQ(ask("DELETE", "/sources/p9").status, 204U);
  EXPECT_EQ(ask("GET", "/sources").status, 200U);
}

TEST_F(ApiTest, IsForTheHostAlone) {
  for (const char* key : {"", "secre", "secret2", "Secret"}) {
    const Response response = ask("POST", "/outputs", broadcast, key);
    EXPECT_EQ(response.status, 401U) << key;
    EXPECT_EQ(response.header("WWW-Authenticate"), "Bearer");
  }
  EXPECT_EQ(request("GET", "/api/rooms/hall/outputs").status, 401U);
  EXPECT_TRUE(journal_.entries.empty());
}

// RFC 9110, section 11.1.
TEST_F(ApiTest, TakesTheKeysSchemeInCapitalsOrNot) {
  const auto status_with = [&](const std::string& authorization) {
    return request({.method = "GET",
                    .path = "/api/rooms/hall/outputs",
                    .headers = {{"Authorization", authorization}}})
        .status;
  };
  EXPECT_EQ(status_with("bearer secret"), 200U);
  EXPECT_EQ(status_with("BEARER secret"), 200U);
  EXPECT_EQ(status_with("Bearersecret"), 401U);
  EXPECT_EQ(status_with("Basic secret"), 401U);
  EXPECT_EQ(status_with("Bearer"), 401U);
}

TEST_F(ApiTest, LogsThatAKeyIsWrongButNotWhichNorEachTime) {
  const test::LogLines lines("signalling");
  ask("GET", "/outputs");
  request("GET", "/api/rooms/hall/outputs");
  EXPECT_TRUE(lines.with("host key").empty());
  constexpr std::size_t guesses = 20;
  for (std::size_t i = 0; i < guesses; ++i) ask("GET", "/outputs", "", "guessed");
  const auto logged = lines.with("wrong host key address=127.0.0.1");
  EXPECT_GE(logged.size(), 1U);
  EXPECT_LT(logged.size(), guesses / 2);
  EXPECT_TRUE(lines.with("guessed").empty());
}

TEST_F(ApiTest, IsForNobodyWithoutAKey) {
  server_.reset();
  start({});
  EXPECT_EQ(ask("GET", "/outputs", "", "").status, 401U);
}

TEST_F(ApiTest, PassesOnWhyItCant) {
  const std::vector<std::pair<std::string, guint>> expected = {
      {"unknown_room", 404},   {"unknown_output", 404}, {"unknown_source", 404},
      {"invalid_target", 400}, {"not_possible", 409},   {"disk_full", 507},
      {"server_full", 503},    {"media_failure", 500}};
  for (const auto& [name, status] : expected) {
    studio_.refuse = Error{name, "A reason."};
    const Response response = ask("POST", "/outputs", broadcast);
    EXPECT_EQ(response.status, status) << name;
    EXPECT_EQ(code(response), name);
    EXPECT_EQ(response.header("Retry-After").empty(), status != 503) << name;
  }
  EXPECT_EQ(ask("DELETE", "/sources/p9").status, 500U);
  EXPECT_EQ(ask("GET", "/snapshot").status, 500U);
}

TEST_F(ApiTest, HasNothingElse) {
  for (const char* path : {"", "/", "/inputs", "/outputs/o1/x", "/snapshot/x"}) {
    EXPECT_EQ(ask("GET", path).status, 404U) << path;
  }
  EXPECT_EQ(request({.method = "GET",
                     .path = "/api/rooms/no%20room/outputs",
                     .headers = {{"Authorization", "Bearer secret"}}})
                .status,
            404U);
  EXPECT_EQ(ask("PUT", "/outputs").status, 405U);
  EXPECT_EQ(ask("GET", "/outputs/o1").status, 405U);
  EXPECT_EQ(ask("POST", "/snapshot", "{}").status, 405U);
  EXPECT_EQ(request("GET", "/apiary").status, 404U);
}

TEST_F(ApiTest, GivesAPictureOfARoom) {
  const Response picture = ask("GET", "/snapshot");
  EXPECT_EQ(picture.status, 200U);
  EXPECT_EQ(picture.header("Content-Type"), "image/jpeg");
  EXPECT_EQ(picture.body, "\xff\xd8 a picture");
}

TEST_F(ApiTest, IsForPagesOfAllowedOrigins) {
  const Request preflight{.method = "OPTIONS",
                          .path = "/api/rooms/hall/outputs",
                          .headers = {{"Origin", "https://studio.example"}}};
  const Response allowed = request(preflight);
  EXPECT_EQ(allowed.status, 204U);
  EXPECT_EQ(allowed.header("Access-Control-Allow-Origin"), "https://studio.example");
  Request foreign = preflight;
  foreign.headers = {{"Origin", "https://evil.example"}};
  EXPECT_EQ(request(foreign).status, 403U);
}

TEST_F(ApiTest, ServesHlsToWhoeverAsks) {
  const Response playlist = request("GET", "/hls/hall/index.m3u8");
  EXPECT_EQ(playlist.status, 200U);
  EXPECT_EQ(playlist.header("Content-Type"), "application/vnd.apple.mpegurl");
  EXPECT_EQ(playlist.header("Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(playlist.body, "#EXTM3U\n");
  EXPECT_EQ(request("GET", "/hls/hall/other.ts").status, 404U);
  EXPECT_EQ(request("GET", "/hls").status, 404U);
  EXPECT_EQ(request("POST", "/hls/hall/index.m3u8").status, 405U);
}

TEST_F(ApiTest, LeavesPagesWhoseNamesBeginWithHlsAlone) {
  const test::TemporaryFolder folder;
  std::ofstream(folder.path() / "hls-player.js") << "play();";
  server_.reset();
  start({.web_client = folder.path()});
  EXPECT_EQ(request("GET", "/hls-player.js").body, "play();");
}

TEST_F(ApiTest, LooksForNoHlsFileForThoseWhoAreTooMany) {
  server_.reset();
  start({.visits = {.at_once = 1}});  // Of which half may watch.
  const Response response = request("GET", "/hls/hall/index.m3u8");
  EXPECT_EQ(response.status, 503U);
  EXPECT_EQ(response.header("Retry-After"), "1");
  EXPECT_TRUE(journal_.entries.empty());
}

}  // namespace
}  // namespace tessera::signalling
