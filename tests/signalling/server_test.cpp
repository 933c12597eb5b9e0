#include "signalling/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "support/wait.h"
#include "support/websocket.h"

namespace tessera::signalling {
namespace {

using nlohmann::json;
using test::wait_until;
using test::WebSocket;
using testing::ElementsAre;
using namespace std::chrono_literals;

const json join_message = {{"type", "join"}, {"room", "r"}, {"name", "Ada"}};

// What the connections asked of the meetings, in order; refuses what it is told to.
struct Journal {
  std::vector<std::string> entries;
  std::optional<Error> refuse_join;
  std::optional<Error> refuse_offer;
  Client* client = nullptr;  // The latest.
};

class JournalSeat : public Seat {
 public:
  explicit JournalSeat(Journal& journal) : journal_(journal) {}
  ~JournalSeat() override { journal_.entries.emplace_back("left"); }

  Result<void> offer(const Offer& offer) override {
    journal_.entries.push_back("offer " + offer.sdp);
    if (journal_.refuse_offer) return *journal_.refuse_offer;
    return {};
  }
  Result<void> add_candidate(const Candidate& candidate) override {
    journal_.entries.push_back("candidate " + candidate.candidate);
    return {};
  }
  void set_media(const Media& media) override {
    journal_.entries.push_back(media.camera.value_or(true) ? "media" : "camera off");
  }

 private:
  Journal& journal_;
};

class JournalMeetings : public Meetings {
 public:
  explicit JournalMeetings(Journal& journal) : journal_(journal) {}

  Result<std::unique_ptr<Seat>> join(const Join& join, Client& client) override {
    journal_.entries.push_back("join " + join.name);
    if (journal_.refuse_join) return *journal_.refuse_join;
    journal_.client = &client;
    client.send(Joined{join.room, "p1", "token", {}, {}});
    return std::unique_ptr<Seat>(std::make_unique<JournalSeat>(journal_));
  }

 private:
  Journal& journal_;
};

class ServerTest : public testing::Test {
 protected:
  void start(const ServerOptions& options = {}) { server_ = *Server::listen(options, meetings_); }

  std::unique_ptr<WebSocket> connect(const std::string& origin = "") {
    auto socket = std::make_unique<WebSocket>(server_->url(), origin);
    wait_until([&] { return socket->is_open() || socket->is_closed(); });
    return socket;
  }

  std::unique_ptr<WebSocket> connect_and_join() {
    auto socket = connect();
    socket->send(join_message);
    EXPECT_TRUE(wait_until([&] { return !socket->latest("joined").is_null(); }));
    return socket;
  }

  // Sends it and waits for as many errors as there are then.
  static std::vector<std::string> errors_after(WebSocket& socket, const json& message) {
    const std::size_t before = socket.error_codes().size();
    socket.send(message);
    wait_until([&] { return socket.error_codes().size() > before; });
    return socket.error_codes();
  }

  struct Response {
    guint status = 0;
    std::string body;
    std::string etag;
    std::string security_policy;
  };

  Response request(const char* method, const std::string& path, const std::string& etag = "") {
    const auto session = Ref<SoupSession>::adopt(soup_session_new());
    const auto message =
        Ref<SoupMessage>::adopt(soup_message_new(method, (server_->url() + path).c_str()));
    if (!etag.empty()) {
      soup_message_headers_append(soup_message_get_request_headers(message.get()), "If-None-Match",
                                  etag.c_str());
    }
    struct Pending {
      bool done = false;
      std::string body;
    } pending;
    soup_session_send_and_read_async(
        session.get(), message.get(), G_PRIORITY_DEFAULT, nullptr,
        [](GObject* source, GAsyncResult* result, gpointer data) {
          auto* waiting = static_cast<Pending*>(data);
          const std::unique_ptr<GBytes, FreeWith<g_bytes_unref>> bytes(
              soup_session_send_and_read_finish(SOUP_SESSION(source), result, nullptr));
          gsize size = 0;
          const void* content = bytes ? g_bytes_get_data(bytes.get(), &size) : nullptr;
          waiting->body.assign(static_cast<const char*>(content), size);
          waiting->done = true;
        },
        &pending);
    EXPECT_TRUE(wait_until([&] { return pending.done; }));
    const auto header = [&](const char* name) {
      const char* value =
          soup_message_headers_get_one(soup_message_get_response_headers(message.get()), name);
      return std::string(value != nullptr ? value : "");
    };
    return {soup_message_get_status(message.get()), pending.body, header("ETag"),
            header("Content-Security-Policy")};
  }

  Journal journal_;
  JournalMeetings meetings_{journal_};
  std::unique_ptr<Server> server_;
};

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
  EXPECT_EQ(request("GET", "/", page.etag).status, 304U);
  EXPECT_EQ(request("GET", "/?room=r&name=n").status, 200U);
  EXPECT_EQ(request("GET", "/nothing.html").status, 404U);
  EXPECT_EQ(request("GET", "/package.json").status, 404U);
  EXPECT_EQ(request("GET", "/%2e%2e/README.md").status, 404U);
  EXPECT_EQ(request("POST", "/").status, 405U);
}

TEST_F(ServerTest, LetsNoOtherSiteFrameThePage) {
  start({.web_client = TESSERA_SOURCE_DIR "/web-client"});
  EXPECT_EQ(request("GET", "/").security_policy, "frame-ancestors 'self'");
}

TEST_F(ServerTest, SaysWhyItCannotListen) {
  start();
  const int taken = std::stoi(server_->url().substr(server_->url().rfind(':') + 1));
  const auto second = Server::listen({.port = taken}, meetings_);
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
  socket->send_text("{\"type\": \"jo");
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

// A client that opens a connection, says what it is told to, and never answers.
class RawClient {
 public:
  explicit RawClient(const std::string& url) {
    const auto client = Ref<GSocketClient>::adopt(g_socket_client_new());
    connection_ = Ref<GSocketConnection>::adopt(g_socket_client_connect_to_host(
        client.get(), url.substr(std::string("http://").size()).c_str(), 80, nullptr, nullptr));
  }

  // As much of it as the socket takes at once.
  std::size_t write_some(const char* bytes, std::size_t size) {
    auto* stream =
        G_POLLABLE_OUTPUT_STREAM(g_io_stream_get_output_stream(G_IO_STREAM(connection_.get())));
    return static_cast<std::size_t>(std::max<gssize>(
        0, g_pollable_output_stream_write_nonblocking(stream, bytes, size, nullptr, nullptr)));
  }

  // What came since the last call.
  std::string read() {
    auto* stream =
        G_POLLABLE_INPUT_STREAM(g_io_stream_get_input_stream(G_IO_STREAM(connection_.get())));
    std::array<char, 4096> bytes;
    const gssize size = g_pollable_input_stream_read_nonblocking(stream, bytes.data(), bytes.size(),
                                                                 nullptr, nullptr);
    return {bytes.data(), static_cast<std::size_t>(std::max<gssize>(0, size))};
  }

  void write(const std::string& bytes) {
    g_output_stream_write_all(g_io_stream_get_output_stream(G_IO_STREAM(connection_.get())),
                              bytes.data(), bytes.size(), nullptr, nullptr, nullptr);
  }

  void open_websocket() {
    write(
        "GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
  }

  // A frame of a client (RFC 6455, section 5.2), masked with zeros, of 126 bytes to 64 KiB.
  static constexpr int whole_text = 0x81;
  static constexpr int first_text_fragment = 0x01;
  static constexpr int middle_fragment = 0x00;

  void write_frame(int opcode_and_fin, const std::string& payload) {
    const auto size = static_cast<unsigned>(payload.size());
    std::string header;
    header += static_cast<char>(opcode_and_fin);
    header += static_cast<char>(0x80 | 126);
    header += static_cast<char>(size >> 8);
    header += static_cast<char>(size & 255);
    header += std::string(4, '\0');
    write(header + payload);
  }

 private:
  Ref<GSocketConnection> connection_;
};

TEST_F(ServerTest, AClientThatNoLongerAnswersPingsIsSentAway) {
  start({.limits = {.between_pings = 1s, .without_pong = 1500ms}});
  auto answering = connect_and_join();
  RawClient frozen(server_->url());
  frozen.open_websocket();
  json long_join = join_message;
  long_join["rest"] = std::string(126, 'x');
  frozen.write_frame(RawClient::whole_text, long_join.dump());
  ASSERT_TRUE(wait_until([&] { return std::ranges::count(journal_.entries, "join Ada") == 2; }));
  EXPECT_TRUE(wait_until([&] { return journal_.entries.back() == "left"; }));
  EXPECT_TRUE(answering->is_open());
}

// An empty pong of a client, which is an answer whoever asked.
const std::string pong("\x8a\x80\0\0\0\0", 6);

TEST_F(ServerTest, WhoDoesNotReadWhatTheyAreSentAreSentAway) {
  start();
  RawClient deaf(server_->url());
  deaf.open_websocket();
  json long_join = join_message;
  long_join["rest"] = std::string(126, 'x');
  deaf.write_frame(RawClient::whole_text, long_join.dump());
  ASSERT_TRUE(wait_until([&] { return journal_.client != nullptr; }));
  const Error news{"invalid_name", std::string(10'000, 'x')};
  for (int second = 0; second < 6 && journal_.entries.back() != "left"; ++second) {
    deaf.write(pong);
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
  endless.write_frame(RawClient::first_text_fragment, std::string(60'000, 'x'));
  for (int i = 0; i < 3; ++i)
    endless.write_frame(RawClient::middle_fragment, std::string(60'000, 'x'));
  EXPECT_TRUE(wait_until([&] { return server_->is_idle(); }, 6s));
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
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "sanitizers keep what was freed";
#endif
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
    EXPECT_LT(resident_bytes(), before + body.size() / 4) << path;
    ASSERT_TRUE(send_up_to(body.size())) << path;
    std::string answer;
    EXPECT_TRUE(wait_until([&] { return !(answer += client.read()).empty(); })) << path;
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 4")) << path << ": " << answer;
  }
}

}  // namespace
}  // namespace tessera::signalling
