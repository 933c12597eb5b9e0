#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "signalling/http_answer.h"
#include "signalling/http_session_fixture.h"

namespace tessera::signalling {
namespace {

using test::Exchange;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::StartsWith;
using Headers = std::vector<std::pair<std::string, std::string>>;

constexpr const char* sdp = "application/sdp";
constexpr const char* sdpfrag = "application/trickle-ice-sdpfrag";
constexpr const char* problem = "application/problem+json";
constexpr const char* links =
    "<stun:stun.example:3478>; rel=\"ice-server\", <turn:turn.example:3478>; rel=\"ice-server\"; "
    "username=\"u\"; credential=\"pass\\\"word\"; credential-type=\"password\"";
const Headers our_page = {{"Origin", "https://studio.example"}};
const Headers foreign_page = {{"Origin", "https://evil.example"}};

Request typed(Request request, const std::string& type) {
  request.type = type;
  return request;
}

Request with_body(Request request, const std::string& body) {
  request.body = body;
  return request;
}

Request with(Request request, const Headers& headers) {
  request.headers = headers;
  return request;
}

Request restart(const std::string& session, const std::string& if_match) {
  return with_body(patch(session, if_match), "a=ice-ufrag:efgh\r\na=ice-pwd:y\r\n");
}

// Of a page that asks whether it may (Fetch, section 4.9).
Request preflight(const std::string& path, const char* method, Headers headers) {
  headers.emplace_back("Access-Control-Request-Method", method);
  return {.method = "OPTIONS", .path = path, .headers = headers};
}

// What RFC 9725 and draft-ietf-wish-whep say of offers, at "/whip" or "/whep".
std::vector<Exchange> offers(const std::string& top) {
  const std::string room = top + "/studio";
  const auto created = [&](const char* what, const Request& request) {
    return Exchange{what, request, 201, "", {{"Location", MatchesRegex(room + "/[0-9a-f]+")}}};
  };
  const auto not_found = [&](const char* what, const std::string& path) {
    return Exchange{what, offer_to(path), 404, "not_found", {{"Content-Type", problem}}};
  };
  return {
      {"an offer",
       offer_to(room),
       201,
       "",
       {{"Location", StartsWith(room + "/")},
        {"Content-Type", sdp},
        {"ETag", "\"1\""},
        {"Accept-Patch", sdpfrag},
        {"Link", links},
        {"Access-Control-Allow-Origin", IsEmpty()}}},
      created("a type with a parameter", typed(offer_to(room), "application/sdp; charset=utf-8")),
      created("a type in capitals", typed(offer_to(room), "Application/SDP")),
      created("a trailing slash", offer_to(room + "/")),
      created("a room's name in percent-encoding", offer_to(top + "/st%75dio")),
      not_found("an empty room", top + "//"),
      not_found("an empty room before something", top + "//studio"),
      not_found("two trailing slashes", room + "//"),
      not_found("something behind an empty part", room + "//more"),
      not_found("what would be a header of the answer", room + "//%0D%0AX-More:%20a"),
      not_found("a part too many", room + "/p7/more/and/more"),
      {"another type",
       typed(offer_to(room), "text/plain"),
       415,
       "unsupported_type",
       {{"Content-Type", problem}}},
      {"a type that begins so", typed(offer_to(room), "application/sdp+xml"), 415,
       "unsupported_type"},
      {"a fragment", typed(offer_to(room), sdpfrag), 415, "unsupported_type"},
      {"no body", {.method = "POST", .path = room}, 415, "unsupported_type"},
      {"as long a body as may be", with_body(offer_to(room), std::string(longest_body, 'a')), 201},
      {"a longer one", with_body(offer_to(room), std::string(longest_body + 1, 'a')), 413,
       "message_too_large"},
      {"a much longer one", with_body(offer_to(room), std::string(40 * longest_body, 'a')), 413,
       "message_too_large"},
      {"GET",
       {.method = "GET", .path = room},
       405,
       "method_not_allowed",
       {{"Allow", "OPTIONS, POST"}}},
      {"HEAD",
       {.method = "HEAD", .path = room},
       405,
       "method_not_allowed",
       {{"Allow", "OPTIONS, POST"}}},
      {"PUT",
       {.method = "PUT", .path = room},
       405,
       "method_not_allowed",
       {{"Allow", "OPTIONS, POST"}}},
      {"PATCH", patch(room, "\"1\""), 405, "method_not_allowed", {{"Allow", "OPTIONS, POST"}}},
      {"DELETE",
       {.method = "DELETE", .path = room},
       405,
       "method_not_allowed",
       {{"Allow", "OPTIONS, POST"}}},
  };
}

// What else a client may want to know of the place for offers, and whose pages it is for.
std::vector<Exchange> options(const std::string& top) {
  const std::string room = top + "/studio";
  return {
      {"OPTIONS",
       {.method = "OPTIONS", .path = room},
       200,
       "",
       {{"Allow", "OPTIONS, POST"},
        {"Accept-Post", sdp},
        {"Link", IsEmpty()},
        {"Access-Control-Allow-Origin", IsEmpty()}}},
      {"OPTIONS of no room", {.method = "OPTIONS", .path = top}, 200, "", {{"Accept-Post", sdp}}},
      {"a preflight",
       preflight(room, "POST", our_page),
       200,
       "",
       {{"Access-Control-Allow-Origin", "https://studio.example"},
        {"Access-Control-Allow-Methods", "OPTIONS, GET, POST, PATCH, DELETE"},
        {"Access-Control-Allow-Headers", "Authorization, Content-Type, If-Match"},
        {"Vary", "Origin"},
        {"Link", IsEmpty()}}},
      {"a preflight without a page",
       preflight(room, "POST", {}),
       200,
       "",
       {{"Access-Control-Allow-Origin", IsEmpty()}, {"Accept-Post", sdp}}},
      {"a preflight of a foreign page",
       preflight(room, "POST", foreign_page),
       403,
       "",
       {{"Access-Control-Allow-Origin", IsEmpty()}, {"Content-Type", StartsWith("text/plain")}}},
      {"an offer of our page",
       with(offer_to(room), our_page),
       201,
       "",
       {{"Access-Control-Allow-Origin", "https://studio.example"},
        {"Access-Control-Expose-Headers",
         "Location, ETag, Link, Accept-Patch, Accept-Post, Retry-After"}}},
      {"a refusal to our page",
       with(typed(offer_to(room), "text/plain"), our_page),
       415,
       "unsupported_type",
       {{"Access-Control-Allow-Origin", "https://studio.example"}}},
      {"an offer of a foreign page",
       with(offer_to(room), foreign_page),
       403,
       "",
       {{"Access-Control-Allow-Origin", IsEmpty()}}},
  };
}

// Of what a session takes, in order: the last ones end it.
std::vector<Exchange> requests_of(const std::string& session, const std::string& top) {
  const std::string id = session.substr(session.rfind('/') + 1);
  const std::string other = top == "/whip" ? "/whep" : "/whip";
  const auto end = [](const std::string& path) {
    return Request{.method = "DELETE", .path = path};
  };
  const auto not_allowed = [&](const char* method) {
    return Exchange{method,
                    {.method = method, .path = session},
                    405,
                    "method_not_allowed",
                    {{"Allow", "OPTIONS, PATCH, DELETE"}}};
  };
  const auto unknown = [](const char* what, const Request& request) {
    return Exchange{what, request, 404, "unknown_session", {{"Content-Type", problem}}};
  };
  return {
      {"candidates", patch(session, "\"1\""), 204, "", {{"ETag", IsEmpty()}}},
      {"a type with a parameter", typed(patch(session, "\"1\""), sdpfrag + std::string("; q=1")),
       204},
      {"a type in capitals", typed(patch(session, "\"1\""), "APPLICATION/Trickle-ICE-SDPfrag"),
       204},
      {"one of several ICE sessions", patch(session, "\"0\", \"1\""), 204},
      {"no candidates", with_body(patch(session, "\"1\""), "a=ice-ufrag:abcd\r\n"), 204},
      {"no If-Match", with(patch(session, ""), {}), 428, "precondition_required"},
      {"another ICE session", patch(session, "\"2\""), 412, "precondition_failed"},
      {"without quotes", patch(session, "1"), 412, "precondition_failed"},
      {"weakly", patch(session, "W/\"1\""), 412, "precondition_failed"},
      {"a restart", restart(session, "*"), 422, "restart_unsupported", {{"ETag", IsEmpty()}}},
      {"a restart of this ICE session", restart(session, "\"1\""), 422, "restart_unsupported"},
      {"a restart of another one", restart(session, "\"2\""), 412, "precondition_failed"},
      {"candidates of any ICE session", patch(session, "*"), 422, "restart_unsupported"},
      {"an offer", typed(patch(session, "\"1\""), sdp), 415, "unsupported_type"},
      {"no body",
       {.method = "PATCH", .path = session, .headers = {{"If-Match", "\"1\""}}},
       415,
       "unsupported_type"},
      {"a long body", with_body(patch(session, "\"1\""), std::string(longest_body + 1, 'a')), 413,
       "message_too_large"},
      not_allowed("GET"),
      not_allowed("HEAD"),
      not_allowed("PUT"),
      not_allowed("POST"),
      {"OPTIONS",
       {.method = "OPTIONS", .path = session},
       200,
       "",
       {{"Allow", "OPTIONS, PATCH, DELETE"}, {"Accept-Patch", sdpfrag}}},
      {"a preflight",
       preflight(session, "DELETE", our_page),
       200,
       "",
       {{"Access-Control-Allow-Origin", "https://studio.example"},
        {"Access-Control-Allow-Methods", "OPTIONS, GET, POST, PATCH, DELETE"}}},
      {"the end by a foreign page", with(end(session), foreign_page), 403},
      unknown("no session of that name", end(session + "0")),
      unknown("candidates for none of that name", patch(top + "/studio/none", "\"1\"")),
      unknown("that of another room", end(top + "/kitchen/" + id)),
      unknown("that of another protocol", end(other + "/studio/" + id)),
      {"something below it", end(session + "/more"), 404,
       top == "/whip" ? "not_found" : "unknown_session"},
      {"nothing below it", end(session + "//"), 404, "not_found"},
      // RFC 9725, section 4.3.1: entity tags don't matter where none is needed.
      {"its end", with(end(session), {{"If-Match", "\"2\""}}), 200},
      unknown("its end again", end(session)),
      unknown("candidates for what has ended", patch(session, "\"1\"")),
  };
}

// Of WHIP alone: it makes rooms, and who publishes has a name.
std::vector<Exchange> rooms_and_names() {
  const auto invalid_room = [](const char* what, const std::string& path) {
    return Exchange{what, offer_to(path), 404, "invalid_room"};
  };
  const auto invalid_name = [](const char* what, const std::string& query) {
    return Exchange{what, offer_to("/whip/studio?name=" + query), 400, "invalid_name"};
  };
  return {
      invalid_room("no room", "/whip"),
      invalid_room("no room but a slash", "/whip/"),
      invalid_room("a room with a space", "/whip/no%20room"),
      invalid_room("a room with an umlaut", "/whip/k%C3%BCche"),
      invalid_room("a room that isn't text", "/whip/%FF"),
      invalid_room("a room's name that is too long", "/whip/" + std::string(65, 'a')),
      {"a room's name as long as may be", offer_to("/whip/" + std::string(64, 'a')), 201},
      // What is encoded is part of a name for a proxy, but not for libsoup.
      {"a room with a slash", offer_to("/whip/a%2Fb"), 405, "method_not_allowed"},
      {"a name", offer_to("/whip/studio?name=Ada%20Lovelace"), 201},
      {"a consent that is neither yes nor no", offer_to("/whip/studio?recorded=false"), 400,
       "invalid_request"},
      invalid_name("no name", ""),
      invalid_name("a blank name", "%20"),
      invalid_name("a name that isn't text", "%FF"),
      invalid_name("a name that is too long", std::string(65, 'a')),
  };
}

// What the meeting says of a client, and when.
struct Refusal {
  enum class Of { person, offer, connection, candidate };
  Of of;
  std::string code;
  guint status;
};

std::vector<Refusal> refusals() {
  using enum Refusal::Of;
  return {{person, "unknown_participant", 404},
          {person, "not_possible", 409},
          {connection, "participant_left", 404},
          {person, "unknown_room", 404},
          {person, "room_full", 503},
          {person, "server_full", 503},
          {offer, "invalid_sdp", 400},
          {offer, "no_media", 422},
          {offer, "unsupported_media", 422},
          {offer, "media_failure", 500},
          {connection, "connection_timeout", 504},
          {connection, "shutting_down", 503},
          {candidate, "invalid_candidate", 400}};
}

using Codes = std::set<std::pair<guint, std::string>>;

// Those in the README's table of statuses.
Codes documented() {
  std::ifstream readme(TESSERA_SOURCE_DIR "/src/signalling/README.md");
  const std::string text{std::istreambuf_iterator<char>(readme), {}};
  const std::size_t from = text.find("\n## WHIP and WHEP");
  std::istringstream section(text.substr(from, text.find("\n## API") - from));
  Codes found;
  for (std::string line; std::getline(section, line);) {
    static const std::regex row(R"(^\| (\d{3}) \|)");
    static const std::regex code("`([a-z]+_[a-z_]+)`");
    std::smatch status;
    if (!std::regex_search(line, status, row)) continue;
    for (std::sregex_iterator at(line.begin(), line.end(), code), end; at != end; ++at) {
      found.emplace(std::stoi(status.str(1)), at->str(1));
    }
  }
  return found;
}

Codes asked() {
  Codes codes;
  for (const auto& table : {offers("/whip"), options("/whip"), rooms_and_names(),
                            requests_of("/whip/studio/token", "/whip")}) {
    for (const Exchange& row : table) {
      if (!row.code.empty()) codes.emplace(row.status, row.code);
    }
  }
  for (const Refusal& refusal : refusals()) codes.emplace(refusal.status, refusal.code);
  return codes;
}

class WhipWhepTest : public HttpSessionsTest, public testing::WithParamInterface<std::string> {
 protected:
  WhipWhepTest() {
    journal_.ice_servers = {{{"stun:stun.example:3478"}, "", ""},
                            {{"turn:turn.example:3478"}, "u", R"(pass"word)"}};
  }

  // What is refused isn't asked of a meeting.
  void hold(const std::vector<Exchange>& table) {
    for (const Exchange& row : table) {
      const auto before = asked_of_the_meeting();
      EXPECT_EQ(faults_of(row, publish(row.request)), "");
      if (row.status >= 400) {
        EXPECT_EQ(asked_of_the_meeting(), before) << row.what;
      }
    }
  }

  std::ptrdiff_t asked_of_the_meeting() const {
    return std::ranges::count_if(journal_.entries,
                                 [](const auto& entry) { return entry != "left"; });
  }

  Response refused(const Refusal& refusal) {
    const Error why{refusal.code, "For a \"reason\"."};
    const Request offer = offer_to(GetParam() + "/studio");
    if (refusal.of == Refusal::Of::candidate) {
      const std::string session = publish(offer).header("Location");
      journal_.refuse_candidate = why;
      return request(patch(session, "\"1\""));
    }
    if (refusal.of == Refusal::Of::person) journal_.refuse_join = why;
    if (refusal.of == Refusal::Of::offer) journal_.refuse_offer = why;
    answering_.start_repeating(std::chrono::milliseconds(5), [&, before = journal_.entries.size()] {
      if (refusal.of == Refusal::Of::connection && journal_.entries.size() == before + 2) {
        journal_.client->close(why);
      }
    });
    const Response response = request(offer);
    answering_.stop();
    journal_.refuse_join = journal_.refuse_offer = std::nullopt;
    return response;
  }
};

TEST_P(WhipWhepTest, AnswersOffers) { hold(offers(GetParam())); }

TEST_P(WhipWhepTest, TellsWhatMayBeAskedAndByWhom) { hold(options(GetParam())); }

TEST_P(WhipWhepTest, AnswersWhatIsAskedOfASession) {
  const std::string session = publish(offer_to(GetParam() + "/studio")).header("Location");
  hold(requests_of(session, GetParam()));
  EXPECT_EQ(journal_.entries.back(), "left");
}

TEST_P(WhipWhepTest, PassesOnWhyAMeetingRefuses) {
  for (const Refusal& refusal : refusals()) {
    const Response response = refused(refusal);
    EXPECT_EQ(response.status, refusal.status) << refusal.code;
    EXPECT_EQ(response.code(), refusal.code);
    EXPECT_EQ(nlohmann::json::parse(response.body).at("title"), "For a \"reason\".");
    const bool may_be_asked_again = refusal.status == 409 || refusal.status == 503;
    EXPECT_NE(response.header("Retry-After").empty(), may_be_asked_again) << refusal.code;
    // Whoever came has gone.
    if (refusal.of == Refusal::Of::offer || refusal.of == Refusal::Of::connection) {
      EXPECT_TRUE(test::wait_until([&] { return journal_.entries.back() == "left"; }));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Http, WhipWhepTest, testing::Values("/whip", "/whep"),
                         [](const auto& test) { return test.param.substr(1); });

class WhipTest : public WhipWhepTest {};

TEST_P(WhipTest, TakesRoomsAndNamesAsTheyAre) { hold(rooms_and_names()); }

INSTANTIATE_TEST_SUITE_P(Http, WhipTest, testing::Values("/whip"),
                         [](const auto& test) { return test.param.substr(1); });

TEST(WhipWhepDocumentation, NamesWhatIsAnswered) { EXPECT_EQ(documented(), asked()); }

}  // namespace
}  // namespace tessera::signalling
