#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/ref.h"
#include "signalling/server.h"
#include "support/http.h"
#include "support/wait.h"
#include "support/websocket.h"

namespace tessera::signalling {

inline const nlohmann::json join_message = {{"type", "join"}, {"room", "r"}, {"name", "Ada"}};

// What the connections asked of the meetings, in order; refuses what it is told to.
struct Journal {
  std::vector<std::string> entries;
  std::optional<Error> refuse_join;
  std::optional<Error> refuse_offer;
  std::optional<Error> refuse_candidate;
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
    if (journal_.refuse_candidate) return *journal_.refuse_candidate;
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
    journal_.entries.push_back("join " + join.name +
                               (join.recorded.value_or(true) ? "" : ", not recorded"));
    if (journal_.refuse_join) return *journal_.refuse_join;
    journal_.client = &client;
    client.send(Joined{join.room, "p1", "token", {}, journal_.ice_servers});
    return std::unique_ptr<Seat>(std::make_unique<JournalSeat>(journal_));
  }

  Result<std::unique_ptr<MediaSession>> watch(const std::string& room, Client& client) override {
    journal_.entries.push_back("watch " + room);
    if (journal_.refuse_join) return *journal_.refuse_join;
    journal_.client = &client;
    return std::unique_ptr<MediaSession>(std::make_unique<JournalSeat>(journal_));
  }

  Result<std::unique_ptr<MediaSession>> follow(const std::string& room,
                                               const ParticipantId& participant,
                                               Client& client) override {
    journal_.entries.push_back("follow " + room + " " + participant);
    if (journal_.refuse_join) return *journal_.refuse_join;
    journal_.client = &client;
    return std::unique_ptr<MediaSession>(std::make_unique<JournalSeat>(journal_));
  }

  const std::vector<IceServer>& ice_servers() const override { return journal_.ice_servers; }

 private:
  Journal& journal_;
};

// A studio in which there is nothing, but what a test puts there.
class JournalStudio : public Studio {
 public:
  explicit JournalStudio(Journal& journal) : journal_(journal) {}

  Result<std::vector<Participant>> participants(const std::string&) override {
    return answer(people);
  }
  Result<Output> start_output(const std::string& room, const OutputRequest& request) override {
    note("start " + room + " " + request.url + request.settings.format);
    latest_request = request;
    return answer(output);
  }
  Result<Output> pause_output(const std::string&, const std::string& id, bool paused) override {
    note((paused ? "pause " : "resume ") + id);
    return answer(output);
  }
  Result<Output> stop_output(const std::string&, const std::string& id) override {
    note("stop " + id);
    return answer(output);
  }
  Result<std::vector<Output>> outputs(const std::string&) override {
    return answer(std::vector{output});
  }
  Result<Source> add_source(const std::string& room, const SourceRequest& request) override {
    note("play " + room + " " + request.url + " as " + request.name);
    return answer(source);
  }
  Result<Source> change_source(const std::string&, const std::string& id,
                               const SourceChange& change) override {
    note("change " + id);
    latest_change = change;
    return answer(source);
  }
  Result<void> remove_source(const std::string&, const std::string& id) override {
    note("remove " + id);
    if (refuse) return *refuse;
    return {};
  }
  Result<std::vector<Source>> sources(const std::string&) override {
    return answer(std::vector{source});
  }
  void snapshot(const std::string&, std::function<void(Result<Snapshot>)> done) override {
    post([this, done] { done(answer(Snapshot("\xff\xd8 a picture"))); });
  }
  std::optional<HlsFile> hls_file(const std::string& room, const std::string& name) override {
    note("hls " + room + " " + name);
    if (name != "index.m3u8") return std::nullopt;
    const char* playlist = "#EXTM3U\n";
    return HlsFile{"application/vnd.apple.mpegurl",
                   Ref<GBytes>::adopt(g_bytes_new(playlist, std::strlen(playlist)))};
  }

  std::optional<Error> refuse;
  std::vector<Participant> people;
  Output output;
  Source source;
  OutputRequest latest_request;
  SourceChange latest_change;

 private:
  void note(const std::string& what) { journal_.entries.push_back(what); }

  template <typename T>
  Result<T> answer(T value) const {
    if (refuse) return *refuse;
    return value;
  }

  Journal& journal_;
};

using test::Request;
using test::Response;

// A server with meetings that only keep a journal, and clients of it in the same process.
class ServerTest : public testing::Test {
 protected:
  void start(const ServerOptions& options = {}) {
    server_ = *Server::listen(options, meetings_, studio_);
  }

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

  Response request(const Request& wish) { return test::ask(server_->url(), wish); }

  Journal journal_;
  JournalMeetings meetings_{journal_};
  JournalStudio studio_{journal_};
  std::unique_ptr<Server> server_;
};

}  // namespace tessera::signalling
