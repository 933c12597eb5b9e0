#include "signalling/whip.h"

#include <gtest/gtest.h>

#include "signalling/raw_client.h"
#include "signalling/server_fixture.h"

namespace tessera::signalling {
namespace {

const std::string offer_sdp =
    "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=ice-ufrag:abcd\r\n"
    "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=ice-ufrag:abcd\r\n";
const std::string answer_sdp = "v=0\r\nm=audio 9 X 111\r\na=mid:0\r\nm=video 9 X 96\r\na=mid:1\r\n";
const std::string fragment =
    "a=ice-ufrag:abcd\r\na=ice-pwd:x\r\nm=audio 9 RTP/AVP 0\r\na=mid:0\r\n"
    "a=candidate:1 1 UDP 1 127.0.0.1 9 typ host\r\na=end-of-candidates\r\n";

Request offer_to(const std::string& path) {
  return {.method = "POST", .path = path, .type = "application/sdp", .body = offer_sdp};
}

class WhipTest : public ServerTest {
 protected:
  void SetUp() override { start({.allowed_origins = {"https://studio.example"}}); }

  // Makes the meeting answer as soon as it has the offer, and returns the client's response.
  Response publish(const Request& wish) {
    const std::size_t joined_and_offered = journal_.entries.size() + 2;
    answering_.start_repeating(std::chrono::milliseconds(5), [this, joined_and_offered] {
      if (journal_.entries.size() < joined_and_offered) return;
      answering_.stop();
      journal_.client->send(Answer{answer_sdp});
      journal_.client->send(Candidate{"candidate:7 1 UDP 1 127.0.0.1 4 typ host", 0});
      if (completes_) journal_.client->send(Candidate{"", 0});
    });
    return request(wish);
  }

  Request on_session(const char* method, const std::string& location) {
    return {.method = method, .path = location};
  }

  Request patch(const std::string& location, const std::string& if_match) {
    return {.method = "PATCH",
            .path = location,
            .type = "application/trickle-ice-sdpfrag",
            .body = fragment,
            .headers = {{"If-Match", if_match}}};
  }

  std::unique_ptr<RawClient> post(const std::string& sdp) {
    auto client = std::make_unique<RawClient>(server_->url());
    client->write(
        "POST /whip/studio HTTP/1.1\r\nHost: h\r\nContent-Type: application/sdp\r\n"
        "Content-Length: " +
        std::to_string(sdp.size()) + "\r\n\r\n" + sdp);
    return client;
  }

  bool completes_ = true;
  Timer answering_;
};

TEST_F(WhipTest, AnswersAnOfferWithASession) {
  journal_.ice_servers = {{{"stun:stun.example:3478"}, "", ""},
                          {{"turn:turn.example:3478"}, "u", R"(pass"word)"}};
  const Response response = publish(offer_to("/whip/studio?name=OBS"));
  EXPECT_EQ(response.status, 201U);
  EXPECT_EQ(response.header("Content-Type"), "application/sdp");
  EXPECT_TRUE(response.header("Location").starts_with("/whip/studio/"));
  EXPECT_EQ(response.header("Location").find("token"), std::string::npos);  // Claims a seat.
  EXPECT_EQ(response.header("ETag"), "\"1\"");
  EXPECT_EQ(response.header("Accept-Patch"), "application/trickle-ice-sdpfrag");
  EXPECT_EQ(response.body,
            "v=0\r\nm=audio 9 X 111\r\na=mid:0\r\n"
            "a=candidate:7 1 UDP 1 127.0.0.1 4 typ host\r\na=end-of-candidates\r\n"
            "m=video 9 X 96\r\na=mid:1\r\n");
  EXPECT_EQ(response.headers("Link"),
            "<stun:stun.example:3478>; rel=\"ice-server\", <turn:turn.example:3478>; "
            "rel=\"ice-server\"; username=\"u\"; credential=\"pass\\\"word\"; "
            "credential-type=\"password\"");
  EXPECT_EQ(journal_.entries, (std::vector<std::string>{"join OBS", "offer " + offer_sdp}));
}

// A STUN server that doesn't answer holds up nobody for long.
TEST_F(WhipTest, AnswersWithTheCandidatesThereAreAfterAWhile) {
  completes_ = false;
  const Response response = publish(offer_to("/whip/studio"));
  EXPECT_EQ(response.status, 201U);
  EXPECT_NE(response.body.find("a=candidate:7"), std::string::npos);
}

TEST_F(WhipTest, TakesCandidatesOfItsOnlyIceSession) {
  const std::string location = publish(offer_to("/whip/studio")).header("Location");
  EXPECT_EQ(request(patch(location, "\"1\"")).status, 204U);
  EXPECT_EQ(journal_.entries.at(2), "candidate candidate:1 1 UDP 1 127.0.0.1 9 typ host");
  EXPECT_EQ(journal_.entries.at(3), "candidate ");
  EXPECT_EQ(request(patch(location, "\"2\"")).status, 412U);
  EXPECT_EQ(request(patch(location, "*")).status, 422U);
  Request stale = patch(location, "\"2\"");
  stale.body.replace(stale.body.find("abcd"), 4, "efgh");
  EXPECT_EQ(request(stale).status, 412U);
  Request restart = patch(location, "\"1\"");
  restart.body.replace(restart.body.find("abcd"), 4, "efgh");
  EXPECT_EQ(request(restart).status, 422U);
  Request careless = patch(location, "");
  careless.headers.clear();
  EXPECT_EQ(request(careless).status, 428U);
  Request other = patch(location, "\"1\"");
  other.type = "application/sdp";
  EXPECT_EQ(request(other).status, 415U);
}

TEST_F(WhipTest, EndsASessionOnce) {
  const std::string location = publish(offer_to("/whip/studio")).header("Location");
  EXPECT_EQ(request(on_session("DELETE", location)).status, 200U);
  EXPECT_TRUE(test::wait_until([&] { return journal_.entries.back() == "left"; }));
  EXPECT_EQ(request(on_session("DELETE", location)).status, 404U);
  EXPECT_EQ(request(patch(location, "\"1\"")).status, 404U);
}

TEST_F(WhipTest, ForgetsASessionWhoseConnectionBroke) {
  const std::string location = publish(offer_to("/whip/studio")).header("Location");
  journal_.client->close({"connection_lost", "Nothing came."});
  EXPECT_TRUE(test::wait_until([&] { return journal_.entries.back() == "left"; }));
  EXPECT_EQ(request(on_session("DELETE", location)).status, 404U);
}

TEST_F(WhipTest, OnlyItsOwnRoomHasASession) {
  const std::string location = publish(offer_to("/whip/studio")).header("Location");
  const std::string id = location.substr(std::string("/whip/studio/").size());
  EXPECT_EQ(request(on_session("DELETE", "/whip/kitchen/" + id)).status, 404U);
  EXPECT_EQ(request(on_session("DELETE", location + "0")).status, 404U);
  EXPECT_EQ(journal_.entries.size(), 2U);
}

TEST_F(WhipTest, RefusesWhatIsNoOffer) {
  Request text = offer_to("/whip/studio");
  text.type = "text/plain";
  EXPECT_EQ(request(text).status, 415U);
  Request nothing = offer_to("/whip/studio");
  nothing.type.clear();
  nothing.body.clear();
  EXPECT_EQ(request(nothing).status, 415U);
  Request large = offer_to("/whip/studio");
  large.body.assign(Whip::longest_body + 1, 'a');
  EXPECT_EQ(request(large).status, 413U);
  EXPECT_EQ(request(offer_to("/whip/no room")).status, 404U);
  EXPECT_EQ(request(offer_to("/whip")).status, 404U);
  EXPECT_EQ(request(offer_to("/whip/studio?name=%FF")).status, 400U);
  EXPECT_EQ(request(offer_to("/whip/studio?name=")).status, 400U);
  EXPECT_TRUE(journal_.entries.empty());
}

TEST_F(WhipTest, PassesOnWhyAMeetingRefuses) {
  const std::vector<std::pair<std::string, guint>> expected = {
      {"invalid_sdp", 400}, {"unsupported_media", 422}, {"room_full", 503}, {"media_failure", 500}};
  for (const auto& [code, status] : expected) {
    journal_.refuse_offer = Error{code, "For a \"reason\"."};
    const Response response = request(offer_to("/whip/studio"));
    EXPECT_EQ(response.status, status) << code;
    EXPECT_EQ(response.header("Content-Type"), "application/problem+json");
    const auto problem = nlohmann::json::parse(response.body);
    EXPECT_EQ(problem.at("code"), code);
    EXPECT_EQ(problem.at("title"), "For a \"reason\".");
    EXPECT_EQ(response.header("Retry-After").empty(), status != 503) << code;
    EXPECT_EQ(journal_.entries.back(), "left") << code;
  }
}

TEST_F(WhipTest, LeavesOtherPathsAlone) {
  EXPECT_EQ(request(offer_to("/whipstudio")).status, 405U);
  EXPECT_EQ(request("GET", "/whip.html").status, 404U);
  EXPECT_TRUE(journal_.entries.empty());
}

TEST_F(WhipTest, HasOnlySoManyWhoArentConnectedYet) {
  completes_ = false;
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 50; ++i) clients.push_back(post(offer_sdp));
  ASSERT_TRUE(test::wait_until([&] { return journal_.entries.size() == 100; }));
  EXPECT_EQ(request(offer_to("/whip/studio")).status, 503U);
  journal_.client->send(Connected{});
  EXPECT_EQ(publish(offer_to("/whip/studio")).status, 201U);
}

TEST_F(WhipTest, TellsWhatMayBeAsked) {
  const std::string location = publish(offer_to("/whip/studio")).header("Location");
  for (const char* method : {"GET", "HEAD", "PUT", "POST"}) {
    const Response response = request(on_session(method, location));
    EXPECT_EQ(response.status, 405U) << method;
    EXPECT_EQ(response.header("Allow"), "OPTIONS, PATCH, DELETE");
  }
  EXPECT_EQ(request(on_session("GET", "/whip/studio")).status, 405U);
  const Response endpoint = request(on_session("OPTIONS", "/whip/studio"));
  EXPECT_EQ(endpoint.status, 200U);
  EXPECT_EQ(endpoint.header("Accept-Post"), "application/sdp");
  EXPECT_EQ(request(on_session("OPTIONS", location)).header("Accept-Patch"),
            "application/trickle-ice-sdpfrag");
}

TEST_F(WhipTest, IsForPagesOfAllowedOrigins) {
  Request foreign = offer_to("/whip/studio");
  foreign.headers = {{"Origin", "https://evil.example"}};
  EXPECT_EQ(request(foreign).status, 403U);
  Request allowed = offer_to("/whip/studio");
  allowed.headers = {{"Origin", "https://studio.example"}};
  const Response response = publish(allowed);
  EXPECT_EQ(response.status, 201U);
  EXPECT_EQ(response.header("Access-Control-Allow-Origin"), "https://studio.example");
  Request preflight = on_session("OPTIONS", "/whip/studio");
  preflight.headers = {{"Origin", "https://studio.example"},
                       {"Access-Control-Request-Method", "POST"}};
  EXPECT_EQ(request(preflight).header("Access-Control-Allow-Headers"),
            "Authorization, Content-Type, If-Match");
}

TEST_F(WhipTest, EndsWhatStillWaitsWithTheServer) {
  answering_.start_repeating(std::chrono::milliseconds(5), [this] {
    if (journal_.entries.size() < 2) return;
    answering_.stop();
    server_->stop();
  });
  EXPECT_NE(request(offer_to("/whip/studio")).status, 201U);
  EXPECT_TRUE(test::wait_until([&] { return server_->is_idle(); }));
  EXPECT_EQ(journal_.entries.back(), "left");
}

TEST_F(WhipTest, EndsWithAServerThatIsntStopped) {
  const auto client = post(offer_sdp);
  ASSERT_TRUE(test::wait_until([&] { return journal_.entries.size() == 2; }));
  server_.reset();
  EXPECT_EQ(journal_.entries.back(), "left");
}

TEST_F(WhipTest, OutlivesClientsThatDontWait) {
  auto client = post(offer_sdp);
  ASSERT_TRUE(test::wait_until([&] { return journal_.entries.size() == 2; }));
  client.reset();
  test::observe(std::chrono::milliseconds(50));
  journal_.client->send(Answer{answer_sdp});
  journal_.client->send(Candidate{"", 0});
  test::observe(std::chrono::milliseconds(50));
  journal_.client->close({"connection_timeout", "No connection came about."});
  EXPECT_TRUE(test::wait_until([&] { return journal_.entries.back() == "left"; }));
}

TEST_F(WhipTest, EndsItsSessionsWithTheServer) {
  publish(offer_to("/whip/studio"));
  server_->stop();
  EXPECT_TRUE(test::wait_until([&] { return server_->is_idle(); }));
  EXPECT_EQ(journal_.entries.back(), "left");
}

}  // namespace
}  // namespace tessera::signalling
