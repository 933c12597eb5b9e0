#include "signalling/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include "signalling/raw_client.h"
#include "signalling/server_fixture.h"
#include "support/sanitizers.h"

namespace tessera::signalling {
namespace {

using nlohmann::json;
using test::wait_until;
using testing::ElementsAre;
using namespace std::chrono_literals;

TEST_F(ServerTest, AnswersThatItIsHealthy) {
  start();
  EXPECT_EQ(request("GET", "/healthz").status, 200U);
  EXPECT_EQ(request("HEAD", "/healthz").status, 200U);
  EXPECT_EQ(request("POST", "/healthz").status, 405U);
}

TEST_F(ServerTest, ServesThePageAndAsksTheBrowserToCheckItsCopy) {
  start({.web_client = TESSERA_SOURCE_DIR "/web-client"});
  const Response page = request("GET", "/");
  EXPECT_EQ(page.status, 200U);
  EXPECT_NE(page.body.find("<title>Tessera</title>"), std::string::npos);
  EXPECT_EQ(
      request({.method = "GET", .path = "/", .headers = {{"If-None-Match", page.header("ETag")}}})
          .status,
      304U);
  EXPECT_EQ(request("GET", "/?room=r&name=n").status, 200U);
  EXPECT_EQ(request("GET", "/nothing.html").status, 404U);
  EXPECT_EQ(request("GET", "/package.json").status, 404U);
  EXPECT_EQ(request("GET", "/%2e%2e/README.md").status, 404U);
  EXPECT_EQ(request("POST", "/").status, 405U);
}

TEST_F(ServerTest, LetsNoOtherSiteFrameThePage) {
  start({.web_client = TESSERA_SOURCE_DIR "/web-client"});
  EXPECT_EQ(request("GET", "/").header("Content-Security-Policy"), "frame-ancestors 'self'");
}

TEST_F(ServerTest, SaysWhyItCannotListen) {
  start();
  const int taken = std::stoi(server_->url().substr(server_->url().rfind(':') + 1));
  const auto second = Server::listen({.port = taken}, meetings_, studio_);
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, "cannot_listen");
  EXPECT_NE(second.error().message.find(std::to_string(taken)), std::string::npos);
}

TEST_F(ServerTest, HandsTheSessionOnInOrder) {
  start();
  auto socket = connect_and_join();
  socket->send({{"type", "offer"}, {"sdp", "v=0"}});
  socket->send({{"type", "candidate"}, {"candidate", "c"}});
  socket->send({{"type", "media"}, {"camera", false}});
  socket->send({{"type", "leave"}});
  ASSERT_TRUE(wait_until([&] { return socket->is_closed(); }));
  EXPECT_EQ(socket->close_code(), 1000);
  EXPECT_THAT(journal_.entries,
              ElementsAre("join Ada", "offer v=0", "candidate c", "camera off", "left"));
  EXPECT_TRUE(wait_until([&] { return server_->is_idle(); }));
}

TEST_F(ServerTest, LeavesForAClientWhoseSocketGoes) {
  start();
  connect_and_join().reset();
  EXPECT_TRUE(wait_until([&] { return journal_.entries.back() == "left"; }));
  EXPECT_TRUE(wait_until([&] { return server_->is_idle(); }));
}

TEST_F(ServerTest, WhatComesOutOfOrderGetsItsCodeAndTheConnectionGoesOn) {
  start();
  auto socket = connect();
  const json candidate = {{"type", "candidate"}, {"candidate", "c"}};
  const json offer = {{"type", "offer"}, {"sdp", "v=0"}};
  for (const json& early : {candidate, offer, json{{"type", "media"}}, json{{"type", "leave"}}}) {
    EXPECT_EQ(errors_after(*socket, early).back(), "not_joined") << early;
  }
  socket->send(join_message);
  EXPECT_EQ(errors_after(*socket, candidate).back(), "candidate_before_offer");
  EXPECT_EQ(errors_after(*socket, join_message).back(), "already_joined");
  socket->send(offer);
  EXPECT_EQ(errors_after(*socket, offer).back(), "already_offered");
  EXPECT_TRUE(socket->is_open());
}

TEST_F(ServerTest, ARefusedJoinOrOfferMayBeTriedAgain) {
  start();
  auto socket = connect();
  journal_.refuse_join = Error{"room_full", "Full."};
  EXPECT_THAT(errors_after(*socket, join_message), ElementsAre("room_full"));
  journal_.refuse_join.reset();
  socket->send(join_message);
  journal_.refuse_offer = Error{"no_media", "None."};
  const json offer = {{"type", "offer"}, {"sdp", "v=0"}};
  EXPECT_EQ(errors_after(*socket, offer).back(), "no_media");
  journal_.refuse_offer.reset();
  socket->send(offer);
  EXPECT_EQ(errors_after(*socket, offer).back(), "already_offered");
}

// As README.md's table says, whenever such an error comes.
TEST_F(ServerTest, AJoinOrOfferWhoseErrorEndsTheConnectionCloses) {
  start();
  journal_.refuse_join = Error{"media_failure", "No mixer."};
  auto socket = connect();
  socket->send(join_message);
  ASSERT_TRUE(wait_until([&] { return socket->is_closed(); }));
  EXPECT_THAT(socket->error_codes(), ElementsAre("media_failure"));
  EXPECT_EQ(socket->close_code(), 4004);

  journal_.refuse_join.reset();
  journal_.refuse_offer = Error{"media_failure", "No decoder."};
  auto joined = connect_and_join();
  joined->send({{"type", "offer"}, {"sdp", "v=0"}});
  ASSERT_TRUE(wait_until([&] { return joined->is_closed(); }));
  EXPECT_THAT(joined->error_codes(), ElementsAre("media_failure"));
  EXPECT_EQ(joined->close_code(), 4004);
  EXPECT_TRUE(wait_until([&] { return journal_.entries.back() == "left"; }));
}

TEST_F(ServerTest, BinaryFramesAndBrokenTextGetTheirCode) {
  start();
  auto socket = connect();
  socket->send_binary("\x01\x02");
  ASSERT_TRUE(wait_until([&] { return socket->error_codes().size() == 1; }));
  socket->send_text(R"({"type": "jo)");
  ASSERT_TRUE(wait_until([&] { return socket->error_codes().size() == 2; }));
  EXPECT_THAT(socket->error_codes(), ElementsAre("invalid_message", "invalid_message"));
  EXPECT_TRUE(socket->is_open());
}

TEST_F(ServerTest, AMessageMayHave64KiBAndNoByteMore) {
  start();
  auto socket = connect();
  json message = {{"type", "join"}, {"room", "r"}, {"name", "Ada"}, {"rest", ""}};
  const std::size_t limit = 64 * 1024;
  message["rest"] = std::string(limit - message.dump().size(), 'x');
  ASSERT_EQ(message.dump().size(), limit);
  socket->send(message);
  ASSERT_TRUE(wait_until([&] { return !socket->latest("joined").is_null(); }));
  socket->send_text(message.dump() + " ");
  ASSERT_TRUE(wait_until([&] { return socket->is_closed(); }));
  EXPECT_THAT(socket->error_codes(), ElementsAre("message_too_large"));
  EXPECT_EQ(socket->close_code(), 1009);
  EXPECT_EQ(journal_.entries.back(), "left");
}

TEST_F(ServerTest, AMessageThatIsFarTooLargeEndsTheConnection) {
  start();
  auto socket = connect_and_join();
  socket->send_text(std::string(1 << 20, 'x'));
  EXPECT_TRUE(wait_until([&] { return socket->is_closed(); }));
  EXPECT_THAT(socket->error_codes(), ElementsAre("message_too_large"));
  EXPECT_EQ(socket->close_code(), 1009);
  EXPECT_TRUE(wait_until([&] { return journal_.entries.back() == "left"; }));
}

TEST_F(ServerTest, WhoDoesNotJoinInTimeIsSentAway) {
  start({.limits = {.to_join = 100ms}});
  auto joined = connect_and_join();
  auto socket = connect();
  ASSERT_TRUE(wait_until([&] { return socket->is_closed(); }));
  EXPECT_THAT(socket->error_codes(), ElementsAre("join_timeout"));
  EXPECT_EQ(socket->close_code(), 4000);
  EXPECT_TRUE(joined->is_open());
}

TEST_F(ServerTest, WhoseOfferIsNotAcceptedInTimeLosesTheSeat) {
  start({.limits = {.to_offer = 200ms}});
  auto offering = connect_and_join();
  offering->send({{"type", "offer"}, {"sdp", "v=0"}});
  ASSERT_TRUE(wait_until([&] { return journal_.entries.back() == "offer v=0"; }));
  journal_.refuse_offer = Error{"no_media", "None."};
  auto socket = connect_and_join();
  socket->send({{"type", "offer"}, {"sdp", "rubbish"}});
  ASSERT_TRUE(wait_until([&] { return socket->is_closed(); }));
  EXPECT_THAT(socket->error_codes(), ElementsAre("no_media", "connection_timeout"));
  EXPECT_EQ(socket->close_code(), 4002);
  EXPECT_EQ(journal_.entries.back(), "left");
  EXPECT_TRUE(offering->is_open());
}

TEST_F(ServerTest, AFloodOfMessagesEndsTheConnection) {
  start();
  auto socket = connect_and_join();
  for (int i = 0; i < 300; ++i) socket->send({{"type", "media"}, {"camera", i % 2 == 0}});
  ASSERT_TRUE(wait_until([&] { return socket->is_closed(); }));
  EXPECT_THAT(socket->error_codes(), ElementsAre("too_many_messages"));
  EXPECT_EQ(socket->close_code(), 4006);
  EXPECT_LT(journal_.entries.size(), 150U);
  EXPECT_EQ(journal_.entries.back(), "left");
}

TEST_F(ServerTest, MessagesThatAreNoneCountToo) {
  start();
  auto socket = connect();
  for (int i = 0; i < 300; ++i) socket->send_text("{");
  ASSERT_TRUE(wait_until([&] { return socket->is_closed(); }));
  EXPECT_EQ(socket->error_codes().back(), "too_many_messages");
}

TEST_F(ServerTest, TakesAsManyConnectionsAsItMay) {
  start({.max_connections = 2});
  auto first = connect();
  auto second = connect();
  EXPECT_FALSE(connect()->is_open());
  EXPECT_EQ(request("GET", "/ws").status, 503U);
  EXPECT_TRUE(second->is_open());
  first.reset();
  EXPECT_TRUE(wait_until([&] { return connect()->is_open(); }));
}

TEST_F(ServerTest, TheMeetingMayCloseAConnectionAndItsSeatGoesAfterwards) {
  start();
  auto socket = connect_and_join();
  journal_.client->close({"replaced", "Elsewhere."});
  EXPECT_NE(journal_.entries.back(), "left");
  ASSERT_TRUE(wait_until([&] { return socket->is_closed(); }));
  EXPECT_THAT(socket->error_codes(), ElementsAre("replaced"));
  EXPECT_EQ(socket->close_code(), 4005);
  EXPECT_EQ(journal_.entries.back(), "left");
}

TEST_F(ServerTest, TellsEverybodyWhenItEnds) {
  start();
  auto joined = connect_and_join();
  auto waiting = connect();
  server_->stop();
  EXPECT_TRUE(wait_until([&] { return server_->is_idle(); }));
  for (const auto* socket : {joined.get(), waiting.get()}) {
    ASSERT_TRUE(wait_until([&] { return socket->is_closed(); }));
    EXPECT_THAT(socket->error_codes(), ElementsAre("shutting_down"));
    EXPECT_EQ(socket->close_code(), 1001);
  }
}

struct OriginCase {
  std::string origin;  // $ is the server's own.
  bool may_connect;
};

TEST_F(ServerTest, TakesWebSocketsFromItsOwnPagesAndAllowedOnes) {
  start({.allowed_origins = {"https://meet.example.org"}});
  const std::string own = server_->url();
  const std::vector<OriginCase> table = {
      {"", true},
      {own, true},
      {"https" + own.substr(4), true},
      {"https://meet.example.org", true},
      {"http://meet.example.org", false},
      {"https://meet.example.org.evil.example", false},
      {own + "0", false},
      {"null", false},
      {"http://evil.example", false},
  };
  for (const auto& [origin, may_connect] : table) {
    EXPECT_EQ(connect(origin)->is_open(), may_connect) << origin;
  }
}

TEST_F(ServerTest, AClientThatNoLongerAnswersPingsIsSentAway) {
  start({.limits = {.between_pings = 1s, .without_pong = 1500ms}});
  auto answering = connect_and_join();
  RawClient frozen(server_->url());
  frozen.open_websocket();
  frozen.write(frame(whole_text, join_message.dump()));
  ASSERT_TRUE(wait_until([&] { return std::ranges::count(journal_.entries, "join Ada") == 2; }));
  EXPECT_TRUE(wait_until([&] { return journal_.entries.back() == "left"; }));
  EXPECT_TRUE(answering->is_open());
}

TEST_F(ServerTest, WhoDoesNotReadWhatTheyAreSentAreSentAway) {
  start();
  RawClient deaf(server_->url());
  deaf.open_websocket();
  deaf.write(frame(whole_text, join_message.dump()));
  ASSERT_TRUE(wait_until([&] { return journal_.client != nullptr; }));
  const Error news{"invalid_name", std::string(10'000, 'x')};
  for (int second = 0; second < 6 && journal_.entries.back() != "left"; ++second) {
    deaf.write(frame(pong));  // An answer, whoever asked.
    for (int i = 0; i < 500; ++i) journal_.client->send(news);
    wait_until([&] { return journal_.entries.back() == "left"; }, 1s);
  }
  EXPECT_EQ(journal_.entries.back(), "left");
}

TEST_F(ServerTest, WhoReadsMayBeSentMuch) {
  start();
  auto socket = connect_and_join();
  const std::string text(10'000, 'x');
  for (int round = 0; round < 30; ++round) {
    for (int i = 0; i < 20; ++i) journal_.client->send(Error{"invalid_name", text});
    const std::size_t all = static_cast<std::size_t>(round + 1) * 20;
    ASSERT_TRUE(wait_until([&] { return socket->error_codes().size() == all; }));
  }
  test::observe(1500ms);
  EXPECT_TRUE(socket->is_open());
}

TEST_F(ServerTest, AMessageThatNeverEndsIsEnded) {
  start();
  RawClient endless(server_->url());
  endless.open_websocket();
  ASSERT_TRUE(wait_until([&] { return !server_->is_idle(); }));
  const std::string part(60'000, 'x');
  std::string sent = frame(first_text_fragment, part);
  for (int i = 0; i < 3; ++i) sent += frame(middle_fragment, part);
  std::string answer;
  EXPECT_TRUE(wait_until([&] {
    sent.erase(0, endless.write_some(sent.data(), sent.size()));
    answer += endless.read();
    return endless.is_ended();
  }));
  EXPECT_NE(answer.find("message_too_large"), std::string::npos);
}

// Of this process (proc(5)).
std::size_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::size_t all = 0;
  std::size_t resident = 0;
  file >> all >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

TEST_F(ServerTest, KeepsNothingOfWhatARequestSendsBeforeItIsRefused) {
  start();
  const std::string body(std::size_t{64} << 20, 'x');
  for (const std::string path : {"/", "/healthz", "/ws", "/elsewhere"}) {
    RawClient client(server_->url());
    client.write("POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: " +
                 std::to_string(body.size()) + "\r\n\r\n");
    const std::size_t before = resident_bytes();
    std::size_t sent = 0;
    const auto send_up_to = [&](std::size_t end) {
      return wait_until([&] {
        sent += client.write_some(body.data() + sent, end - sent);
        return sent == end;
      });
    };
    ASSERT_TRUE(send_up_to(body.size() - 1)) << path;
    // A sanitizer keeps what was freed, for a while.
    if (!test::is_sanitized) {
      EXPECT_LT(resident_bytes(), before + body.size() / 4) << path;
    }
    ASSERT_TRUE(send_up_to(body.size())) << path;
    std::string answer;
    EXPECT_TRUE(wait_until([&] { return !(answer += client.read()).empty(); })) << path;
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 4")) << path << ": " << answer;
  }
}

}  // namespace
}  // namespace tessera::signalling
