#pragma once

#include <libsoup/soup.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/event_loop.h"
#include "base/ref.h"
#include "base/result.h"
#include "base/signal.h"
#include "signalling/api.h"
#include "signalling/connection.h"
#include "signalling/http_sessions.h"
#include "signalling/listener.h"
#include "signalling/meetings.h"
#include "signalling/studio.h"
#include "signalling/visits.h"
#include "signalling/web_client.h"

namespace tessera::signalling {

struct ServerOptions {
  std::string address = "127.0.0.1";
  int port = 0;  // 0: a free one.
  std::filesystem::path web_client;
  std::vector<std::string> allowed_origins;  // Beside the server's own, as "https://host".
  std::string host_key;                      // For the API; empty: nobody has it.
  ConnectionLimits limits;
  std::size_t max_connections = 1256;  // WebSockets at the same time.
  VisitLimits visits;                  // Other connections.
};

// The HTTP server: the page at /, the signalling WebSocket at /ws, WHIP below /whip, WHEP below
// /whep, the API below /api, HLS below /hls, and /healthz.
//
// A browser's WebSocket is taken only from the server's own pages and allowed origins, or any page
// that somebody visits could join meetings in their name (RFC 6455, section 10.2). libsoup isn't
// hardened against hostile clients: for the internet, a reverse proxy with TLS belongs in front.
//
// On the control thread.
class Server {
 public:
  // Error: `cannot_listen`.
  static Result<std::unique_ptr<Server>> listen(const ServerOptions& options, Meetings& meetings,
                                                Studio& studio);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Where it listens, as "http://127.0.0.1:8080".
  std::string url() const;

  // Takes no more clients and sends those away that it has. They are gone when is_idle().
  void stop();
  bool is_idle() const { return connections_.empty() && sessions_.is_idle(); }

 private:
  Server(const ServerOptions& options, Meetings& meetings, Studio& studio);
  void add_handlers();
  template <auto answer>
  void add_handler_with_body(const char* below);
  void admit(const Ref<GSocketConnection>& tcp);
  void answer_page(SoupServerMessage* message, const char* path);
  void screen(SoupServerMessage* message) const;
  bool may_connect(SoupServerMessage* message) const;
  void shake_hands(SoupServerMessage* message);
  void accept(SoupServerMessage* message);
  void take_body(SoupServerMessage* message);
  bool admit_page(SoupServerMessage* message) const;
  void answer_session(SoupServerMessage* message, const char* path, GHashTable* query);
  void answer_api(SoupServerMessage* message, const char* path, GHashTable* query);
  void answer_hls(SoupServerMessage* message, const char* path);

  const ServerOptions options_;
  Meetings& meetings_;
  WebClient web_client_;
  HttpSessions sessions_;
  Studio& studio_;
  Api api_;
  Ref<SoupServer> server_;
  Signal request_started_;
  Signal request_read_;
  Visits visits_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::unique_ptr<Listener> listener_;
  int port_ = 0;
  Anchor anchor_;
};

}  // namespace tessera::signalling
