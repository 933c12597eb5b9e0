#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
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
  std::vector<IceServer> ice_servers;
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
    client.send(Joined{join.room, "p1", "token", {}, journal_.ice_servers});
    return std::unique_ptr<Seat>(std::make_unique<JournalSeat>(journal_));
  }

 private:
  Journal& journal_;
};

struct Request {
  std::string method;
  std::string path;
  std::string type;  // Of the body; empty: none.
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
};

struct Response {
  guint status = 0;
  std::string body;
  Ref<SoupMessage> message;

  std::string header(const char* name) const { return text(soup_message_headers_get_one, name); }

  // All of its lines, with commas between them.
  std::string headers(const char* name) const { return text(soup_message_headers_get_list, name); }

 private:
  std::string text(const char* (*get)(SoupMessageHeaders*, const char*), const char* name) const {
    const char* value = get(soup_message_get_response_headers(message.get()), name);
    return value != nullptr ? value : "";
  }
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

  Response request(const char* method, const std::string& path) {
    return request({.method = method, .path = path});
  }

  Response request(const Request& wish) {
    const auto session = Ref<SoupSession>::adopt(soup_session_new());
    const auto message = Ref<SoupMessage>::adopt(
        soup_message_new(wish.method.c_str(), (server_->url() + wish.path).c_str()));
    for (const auto& [name, value] : wish.headers) {
      soup_message_headers_append(soup_message_get_request_headers(message.get()), name.c_str(),
                                  value.c_str());
    }
    if (!wish.type.empty()) {
      const std::unique_ptr<GBytes, FreeWith<g_bytes_unref>> body(
          g_bytes_new(wish.body.data(), wish.body.size()));
      soup_message_set_request_body_from_bytes(message.get(), wish.type.c_str(), body.get());
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
    return {soup_message_get_status(message.get()), pending.body, message};
  }

  Journal journal_;
  JournalMeetings meetings_{journal_};
  std::unique_ptr<Server> server_;
};

}  // namespace tessera::signalling
