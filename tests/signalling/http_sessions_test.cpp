#include "signalling/http_sessions.h"

#include <gtest/gtest.h>

#include "signalling/http_session_fixture.h"
#include "signalling/raw_client.h"

namespace tessera::signalling {
namespace {

std::unique_ptr<RawClient> post(const std::string& url, const std::string& sdp) {
  auto client = std::make_unique<RawClient>(url);
  client->write(
      "POST /whip/studio HTTP/1.1\r\nHost: h\r\nContent-Type: application/sdp\r\n"
      "Content-Length: " +
      std::to_string(sdp.size()) + "\r\n\r\n" + sdp);
  return client;
}

TEST_F(HttpSessionsTest, AnswersAnOfferWithAllCandidates) {
  const Response response = publish(offer_to("/whip/studio?name=OBS"));
  EXPECT_EQ(response.header("Location").find("token"), std::string::npos);  // Claims a seat.
  EXPECT_EQ(response.body,
            "v=0\r\nm=audio 9 X 111\r\na=mid:0\r\n"
            "a=candidate:7 1 UDP 1 127.0.0.1 4 typ host\r\na=end-of-candidates\r\n"
            "m=video 9 X 96\r\na=mid:1\r\n");
  EXPECT_EQ(journal_.entries, (std::vector<std::string>{"join OBS", "offer " + offer_sdp}));
}

TEST_F(HttpSessionsTest, WhoPublishesMayBeLeftOutOfRecordings) {
  publish(offer_to("/whip/studio?name=OBS&recorded=no"));
  EXPECT_EQ(journal_.entries.at(0), "join OBS, not recorded");
}

TEST_F(HttpSessionsTest, PassesCandidatesOn) {
  const std::string location = publish(offer_to("/whep/studio")).header("Location");
  request(patch(location, "\"1\""));
  EXPECT_EQ(journal_.entries,
            (std::vector<std::string>{"watch studio", "offer " + offer_sdp,
                                      "candidate candidate:1 1 UDP 1 127.0.0.1 9 typ host",
                                      "candidate "}));
}

// A STUN server that doesn't answer holds up nobody for long.
TEST_F(HttpSessionsTest, AnswersWithTheCandidatesThereAreAfterAWhile) {
  completes_ = false;
  const Response response = publish(offer_to("/whip/studio"));
  EXPECT_EQ(response.status, 201U);
  EXPECT_NE(response.body.find("a=candidate:7"), std::string::npos);
}

TEST_F(HttpSessionsTest, ForgetsASessionWhoseConnectionBroke) {
  const std::string location = publish(offer_to("/whip/studio")).header("Location");
  journal_.client->close({"connection_lost", "Nothing came."});
  EXPECT_TRUE(test::wait_until([&] { return journal_.entries.back() == "left"; }));
  EXPECT_EQ(request("DELETE", location).status, 404U);
}

TEST_F(HttpSessionsTest, LeavesOtherPathsAlone) {
  EXPECT_EQ(request(offer_to("/whipstudio")).status, 405U);
  EXPECT_EQ(request("GET", "/whip.html").status, 404U);
  EXPECT_TRUE(journal_.entries.empty());
}

TEST_F(HttpSessionsTest, HasOnlySoManyWhoArentConnectedYet) {
  completes_ = false;
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 50; ++i) clients.push_back(post(server_->url(), offer_sdp));
  ASSERT_TRUE(test::wait_until([&] { return journal_.entries.size() == 100; }));
  EXPECT_EQ(request(offer_to("/whip/studio")).status, 503U);
  journal_.client->send(Connected{});
  EXPECT_EQ(publish(offer_to("/whip/studio")).status, 201U);
}

// A participant's id stands where a session's does.
TEST_F(HttpSessionsTest, LetsViewersWatchOneParticipant) {
  const Response response = publish(offer_to("/whep/studio/p7"));
  EXPECT_EQ(response.status, 201U);
  const std::string location = response.header("Location");
  EXPECT_TRUE(location.starts_with("/whep/studio/p7/"));
  EXPECT_EQ(journal_.entries, (std::vector<std::string>{"follow studio p7", "offer " + offer_sdp}));
  EXPECT_EQ(request("OPTIONS", "/whep/studio/p7").header("Accept-Post"), "application/sdp");
  EXPECT_EQ(request("OPTIONS", location).header("Accept-Patch"), "application/trickle-ice-sdpfrag");
  EXPECT_EQ(request("DELETE", "/whep/studio/p7").status, 404U);
  EXPECT_EQ(request(offer_to(location)).status, 405U);
  EXPECT_EQ(request(patch(location, "\"1\"")).status, 204U);
  EXPECT_EQ(request("DELETE", location).status, 200U);
  EXPECT_EQ(journal_.entries.back(), "left");
  journal_.refuse_join = Error{"unknown_participant", "This meeting has no such participant."};
  EXPECT_EQ(request(offer_to("/whep/studio/p8")).status, 404U);
  EXPECT_EQ(request(offer_to("/whip/studio/p8")).status, 405U);
}

TEST_F(HttpSessionsTest, EndsWhatStillWaitsWithTheServer) {
  answering_.start_repeating(std::chrono::milliseconds(5), [this] {
    if (journal_.entries.size() < 2) return;
    answering_.stop();
    server_->stop();
  });
  EXPECT_NE(request(offer_to("/whip/studio")).status, 201U);
  EXPECT_TRUE(test::wait_until([&] { return server_->is_idle(); }));
  EXPECT_EQ(journal_.entries.back(), "left");
}

TEST_F(HttpSessionsTest, EndsWithAServerThatIsntStopped) {
  const auto client = post(server_->url(), offer_sdp);
  ASSERT_TRUE(test::wait_until([&] { return journal_.entries.size() == 2; }));
  server_.reset();
  EXPECT_EQ(journal_.entries.back(), "left");
}

TEST_F(HttpSessionsTest, OutlivesClientsThatDontWait) {
  auto client = post(server_->url(), offer_sdp);
  ASSERT_TRUE(test::wait_until([&] { return journal_.entries.size() == 2; }));
  client.reset();
  test::observe(std::chrono::milliseconds(50));
  journal_.client->send(Answer{answer_sdp});
  journal_.client->send(Candidate{"", 0});
  test::observe(std::chrono::milliseconds(50));
  journal_.client->close({"connection_timeout", "No connection came about."});
  EXPECT_TRUE(test::wait_until([&] { return journal_.entries.back() == "left"; }));
}

TEST_F(HttpSessionsTest, EndsItsSessionsWithTheServer) {
  publish(offer_to("/whip/studio"));
  server_->stop();
  EXPECT_TRUE(test::wait_until([&] { return server_->is_idle(); }));
  EXPECT_EQ(journal_.entries.back(), "left");
}

}  // namespace
}  // namespace tessera::signalling
