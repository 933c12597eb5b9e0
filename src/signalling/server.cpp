#include "signalling/server.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "signalling/http_answer.h"

namespace tessera::signalling {
namespace {

void set_connection(SoupServerMessage* message, const char* value) {
  soup_message_headers_replace(soup_server_message_get_response_headers(message), "Connection",
                               value);
}

void answer_text(SoupServerMessage* message, guint status, std::string_view text) {
  soup_server_message_set_status(message, status, nullptr);
  soup_server_message_set_response(message, "text/plain; charset=utf-8", SOUP_MEMORY_COPY,
                                   text.data(), text.size());
}

// libsoup takes "/whipped" for something below "/whip".
bool is_below(std::string_view path, std::string_view top) {
  return path == top || (path.starts_with(top) && path[top.size()] == '/');
}

// Whether the request only reads; if not, it is answered.
bool only_reads(SoupServerMessage* message) {
  const std::string_view method = soup_server_message_get_method(message);
  if (method == "GET" || method == "HEAD") return true;
  soup_message_headers_replace(soup_server_message_get_response_headers(message), "Allow",
                               "GET, HEAD");
  answer_text(message, SOUP_STATUS_METHOD_NOT_ALLOWED, "Only GET and HEAD are allowed here.\n");
  return false;
}

}  // namespace

Result<std::unique_ptr<Server>> Server::listen(const ServerOptions& options, Meetings& meetings,
                                               Studio& studio) {
  std::unique_ptr<Server> server(new Server(options, meetings, studio));
  server->add_handlers();
  auto listener = Listener::listen(
      options.address, options.port,
      {.has_room = [self = server.get()] { return self->visits_.has_room(); },
       .accepted = [self = server.get()](const Ref<GSocketConnection>& tcp) { self->admit(tcp); }});
  if (!listener) return listener.error();
  server->listener_ = std::move(*listener);
  server->port_ = server->listener_->port();
  return server;
}

Server::Server(const ServerOptions& options, Meetings& meetings, Studio& studio)
    : options_(options),
      meetings_(meetings),
      web_client_(options.web_client),
      sessions_(meetings),
      studio_(studio),
      api_(studio, options.host_key),
      server_(Ref<SoupServer>::adopt(soup_server_new(nullptr, nullptr))),
      visits_(options.visits) {}

Server::~Server() {
  listener_.reset();
  for (const char* path : {"/", "/healthz", "/ws", "/whip", "/whep", "/api", "/hls"}) {
    soup_server_remove_handler(server_.get(), path);
  }
  soup_server_disconnect(server_.get());
}

void Server::add_handlers() {
  SoupServer* server = server_.get();
  request_started_ = Signal::connect<void(SoupServerMessage*)>(
      server, "request-started", [](SoupServerMessage* message) {
        // Hardly anybody has a body to send here, and libsoup would keep it all until it ended.
        soup_message_body_set_accumulate(soup_server_message_get_request_body(message), FALSE);
        // libsoup never closes a connection that waits for a further request when the client closes
        // it (before 3.4; https://gitlab.gnome.org/GNOME/libsoup/-/commit/d20c6601).
        set_connection(message, "close");
      });
  request_read_ =
      Signal::connect<void(SoupServerMessage*)>(server, "request-read", [this](auto* message) {
        set_connection(message, "close");  // Anew: it went with a "100 Continue".
        visits_.note_request(message);
      });
  soup_server_add_handler(
      server, "/",
      [](SoupServer*, SoupServerMessage* message, const char* path, GHashTable*, gpointer self) {
        static_cast<Server*>(self)->answer_page(message, path);
      },
      this, nullptr);
  soup_server_add_handler(
      server, "/healthz",
      [](SoupServer*, SoupServerMessage* message, const char*, GHashTable*, gpointer) {
        if (only_reads(message)) answer_text(message, SOUP_STATUS_OK, "ok\n");
      },
      nullptr, nullptr);
  soup_server_add_early_handler(
      server, "/ws",
      [](SoupServer*, SoupServerMessage* message, const char*, GHashTable*, gpointer self) {
        static_cast<const Server*>(self)->screen(message);
      },
      this, nullptr);
  soup_server_add_handler(
      server, "/ws",
      [](SoupServer*, SoupServerMessage* message, const char*, GHashTable*, gpointer self) {
        static_cast<Server*>(self)->shake_hands(message);
      },
      this, nullptr);
  add_handler_with_body<&Server::answer_session>("/whip");
  add_handler_with_body<&Server::answer_session>("/whep");
  add_handler_with_body<&Server::answer_api>("/api");
  soup_server_add_handler(
      server, "/hls",
      [](SoupServer*, SoupServerMessage* message, const char* path, GHashTable*, gpointer self) {
        static_cast<Server*>(self)->answer_hls(message, path);
      },
      this, nullptr);
}

template <auto answer>
void Server::add_handler_with_body(const char* below) {
  soup_server_add_early_handler(
      server_.get(), below,
      [](SoupServer*, SoupServerMessage* message, const char*, GHashTable*, gpointer self) {
        static_cast<Server*>(self)->take_body(message);
      },
      this, nullptr);
  soup_server_add_handler(
      server_.get(), below,
      [](SoupServer*, SoupServerMessage* message, const char* path, GHashTable* query,
         gpointer self) { (static_cast<Server*>(self)->*answer)(message, path, query); },
      this, nullptr);
}

void Server::admit(const Ref<GSocketConnection>& tcp) {
  const auto client =
      Ref<GSocketAddress>::adopt(g_socket_connection_get_remote_address(tcp.get(), nullptr));
  const auto local =
      Ref<GSocketAddress>::adopt(g_socket_connection_get_local_address(tcp.get(), nullptr));
  if (!client || !local) return;  // It broke already.
  const Ref<GIOStream> stream = visits_.add(tcp, client);
  soup_server_accept_iostream(server_.get(), stream.get(), local.get(), client.get(), nullptr);
}

std::string Server::url() const {
  const bool is_ipv6 = options_.address.find(':') != std::string::npos;
  return "http://" + (is_ipv6 ? "[" + options_.address + "]" : options_.address) + ":" +
         std::to_string(port_);
}

void Server::answer_page(SoupServerMessage* message, const char* path) {
  if (!only_reads(message)) return;
  const std::optional<WebFile> file = web_client_.find(path);
  if (!file) return answer_text(message, SOUP_STATUS_NOT_FOUND, "There is nothing here.\n");

  SoupMessageHeaders* headers = soup_server_message_get_response_headers(message);
  // A browser asks each time whether its copy still holds: an updated server never meets an old
  // page.
  soup_message_headers_replace(headers, "Cache-Control", "no-cache");
  soup_message_headers_replace(headers, "ETag", file->etag.c_str());
  soup_message_headers_replace(headers, "X-Content-Type-Options", "nosniff");
  soup_message_headers_replace(headers, "Referrer-Policy", "no-referrer");
  soup_message_headers_replace(headers, "Content-Security-Policy", "frame-ancestors 'self'");
  const char* known = soup_message_headers_get_one(soup_server_message_get_request_headers(message),
                                                   "If-None-Match");
  if (known != nullptr && file->etag == known) {
    return soup_server_message_set_status(message, SOUP_STATUS_NOT_MODIFIED, nullptr);
  }
  soup_server_message_set_status(message, SOUP_STATUS_OK, nullptr);
  soup_message_headers_replace(headers, "Content-Type", file->content_type.c_str());
  soup_message_body_append_bytes(soup_server_message_get_response_body(message),
                                 file->content.get());
}

// Answers those whose WebSocket isn't taken.
void Server::screen(SoupServerMessage* message) const {
  if (!may_connect(message)) {
    answer_text(message, SOUP_STATUS_FORBIDDEN,
                "Pages of this origin may not connect; see --allowed-origin.\n");
  } else if (connections_.size() >= options_.max_connections) {
    answer_text(message, SOUP_STATUS_SERVICE_UNAVAILABLE, "This server is full.\n");
  }
}

bool Server::may_connect(SoupServerMessage* message) const {
  SoupMessageHeaders* headers = soup_server_message_get_request_headers(message);
  const char* origin = soup_message_headers_get_one(headers, "Origin");
  if (origin == nullptr) return true;  // Not a browser.
  const std::string_view site = origin;
  if (std::ranges::find(options_.allowed_origins, site) != options_.allowed_origins.end()) {
    return true;
  }
  // The scheme may differ: a proxy in front speaks TLS.
  const char* host = soup_message_headers_get_one(headers, "Host");
  const std::size_t after_scheme = site.find("://");
  return host != nullptr && after_scheme != std::string_view::npos &&
         site.substr(after_scheme + 3) == host;
}

// libsoup's own handler (soup_server_add_websocket_handler) makes the WebSocket, too, and leaves no
// way to get under it. It would also offer compression, which costs memory for each client, and
// whose code has had faults that a client could use.
void Server::shake_hands(SoupServerMessage* message) {
  screen(message);  // Others may have come since the request began.
  if (soup_server_message_get_status(message) != 0) return;
  Visit* visit = visits_.find(message);
  if (visit == nullptr) return;
  if (soup_websocket_server_process_handshake(message, nullptr, nullptr, nullptr, nullptr) == 0) {
    return;
  }
  set_connection(message, "Upgrade");
  visit->upgrade =
      Signal::connect<void()>(message, "wrote-informational", [this, message] { accept(message); });
}

void Server::accept(SoupServerMessage* message) {
  const auto kept = Ref<SoupServerMessage>::share(message);
  const auto stream = Ref<GIOStream>::adopt(soup_server_message_steal_connection(message));
  Ref<GSocket> tcp = visits_.remove(message);
  if (!stream || !tcp) return;
  auto connection = std::make_unique<Connection>(stream.get(), soup_server_message_get_uri(message),
                                                 std::move(tcp), meetings_, options_.limits);
  Connection* accepted = connection.get();
  connections_.push_back(std::move(connection));
  accepted->on_end([this, accepted, owner = anchor_.handle()] {
    owner.post([this, accepted] {
      std::erase_if(connections_, [=](const auto& one) { return one.get() == accepted; });
    });
  });
}

// As much of it as is of use: what is longer is read, and forgotten.
void Server::take_body(SoupServerMessage* message) {
  Visit* visit = visits_.find(message);
  if (visit == nullptr) return;
  SoupMessageBody* body = soup_server_message_get_request_body(message);
  soup_message_body_set_accumulate(body, TRUE);
  visit->body = Signal::connect<void(GBytes*)>(message, "got-chunk", [body](GBytes*) {
    if (body->length > static_cast<goffset>(longest_body)) {
      soup_message_body_set_accumulate(body, FALSE);
    }
  });
}

// Whether the request may come from the page that it comes from, if it is a page's: then that
// page may see the answer, too. If not, it is answered.
bool Server::admit_page(SoupServerMessage* message) const {
  if (!may_connect(message)) {
    answer_text(message, SOUP_STATUS_FORBIDDEN,
                "Pages of this origin may not connect; see --allowed-origin.\n");
    return false;
  }
  const char* origin = header(message, "Origin");
  if (origin == nullptr) return true;
  set_header(message, "Access-Control-Allow-Origin", origin);
  set_header(message, "Access-Control-Allow-Methods", "OPTIONS, GET, POST, PATCH, DELETE");
  set_header(message, "Access-Control-Allow-Headers", "Authorization, Content-Type, If-Match");
  set_header(message, "Access-Control-Expose-Headers",
             "Location, ETag, Link, Accept-Patch, Accept-Post, Retry-After");
  set_header(message, "Vary", "Origin");
  return true;
}

void Server::answer_session(SoupServerMessage* message, const char* path, GHashTable* query) {
  if (!is_below(path, "/whip") && !is_below(path, "/whep")) return answer_page(message, path);
  if (admit_page(message)) sessions_.handle(message, path, query);
}

void Server::answer_api(SoupServerMessage* message, const char* path, GHashTable*) {
  if (!is_below(path, "/api")) return answer_page(message, path);
  if (admit_page(message)) {
    api_.handle(message, std::string_view(path).substr(std::string_view("/api").size()));
  }
}

// /hls/ROOM/FILE, for whoever asks: players of any page.
void Server::answer_hls(SoupServerMessage* message, const char* path) {
  if (!is_below(path, "/hls")) return answer_page(message, path);
  if (!only_reads(message)) return;
  set_header(message, "Access-Control-Allow-Origin", "*");
  if (!visits_.admit_spectator(message)) {
    set_header(message, "Retry-After", "1");
    return answer_text(message, SOUP_STATUS_SERVICE_UNAVAILABLE,
                       "Too many watch at this moment.\n");
  }
  std::string_view rest = path;
  rest.remove_prefix(std::min(rest.size(), std::string_view("/hls/").size()));
  const auto parts = split(rest, '/');
  const auto file = parts ? studio_.hls_file(std::string(parts->first), std::string(parts->second))
                          : std::nullopt;
  set_header(message, "Cache-Control", file && file->may_be_cached ? "max-age=60" : "no-cache");
  if (!file) return answer_text(message, SOUP_STATUS_NOT_FOUND, "There is nothing here.\n");
  soup_server_message_set_status(message, SOUP_STATUS_OK, nullptr);
  set_header(message, "Content-Type", file->content_type);
  soup_message_body_append_bytes(soup_server_message_get_response_body(message),
                                 file->content.get());
}

void Server::stop() {
  listener_.reset();
  sessions_.stop();
  soup_server_disconnect(server_.get());
  for (const auto& connection : connections_) {
    connection->close({"shutting_down", "The server ends."});
  }
}

}  // namespace tessera::signalling
