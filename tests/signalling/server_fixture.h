#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/ref.h"
#include "signalling/server.h"
#include "support/wait.h"
#include "support/websocket.h"

namespace tessera::signalling {

inline const nlohmann::json join_message = {{"type", "join"}, {"room", "r"}, {"name", "Ada"}};

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
    journal_.entries.emplace_back(media.camera.value_or(true) ? "media" : "camera off");
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

// A server with meetings that only keep a journal, and clients of it in the same process.
class ServerTest : public testing::Test {
 protected:
  void start(const ServerOptions& options = {}) { server_ = *Server::listen(options, meetings_); }

  std::unique_ptr<test::WebSocket> connect(const std::string& origin = "") {
    auto socket = std::make_unique<test::WebSocket>(server_->url(), origin);
    test::wait_until([&] { return socket->is_open() || socket->is_closed(); });
    return socket;
  }

  std::unique_ptr<test::WebSocket> connect_and_join() {
    auto socket = connect();
    socket->send(join_message);
    EXPECT_TRUE(test::wait_until([&] { return !socket->latest("joined").is_null(); }));
    return socket;
  }

  // Sends it and waits for as many errors as there are then.
  static std::vector<std::string> errors_after(test::WebSocket& socket,
                                               const nlohmann::json& message) {
    const std::size_t before = socket.error_codes().size();
    socket.send(message);
    test::wait_until([&] { return socket.error_codes().size() > before; });
    return socket.error_codes();
  }

  struct Response {
    guint status = 0;
    std::string body;
    std::string etag;
    std::string security_policy;
    std::string connection;
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
    EXPECT_TRUE(test::wait_until([&] { return pending.done; }));
    const auto header = [&](const char* name) {
      const char* value =
          soup_message_headers_get_one(soup_message_get_response_headers(message.get()), name);
      return std::string(value != nullptr ? value : "");
    };
    return {soup_message_get_status(message.get()), pending.body, header("ETag"),
            header("Content-Security-Policy"), header("Connection")};
  }

  Journal journal_;
  JournalMeetings meetings_{journal_};
  std::unique_ptr<Server> server_;
};

}  // namespace tessera::signalling
