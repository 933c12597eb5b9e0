#include "signalling/http_sessions.h"

#include <algorithm>
#include <utility>

#include "signalling/http_answer.h"

namespace tessera::signalling {
namespace {

// Sessions at the same time whose media doesn't flow yet.
constexpr std::ptrdiff_t most_connecting = 50;

constexpr std::string_view whip = "/whip";
constexpr std::string_view whep = "/whep";
static_assert(whip.size() == whep.size());

// Behind WHIP's there are a room and a session, behind WHEP's perhaps a participant between them.
constexpr std::size_t most_parts_whip = 2;
constexpr std::size_t most_parts_whep = 3;

void tell_options(SoupServerMessage* message, const char* allowed, const char* accepting,
                  const char* type) {
  set_header(message, "Allow", allowed);
  set_header(message, accepting, type);
  soup_server_message_set_status(message, SOUP_STATUS_OK, nullptr);
}

// What an address says after its "?"; null if it says nothing of that.
const char* parameter(GHashTable* query, const char* name) {
  return query == nullptr ? nullptr : static_cast<const char*>(g_hash_table_lookup(query, name));
}

bool has_media(const std::string& offer, const char* kind) {
  return offer.find(std::string("\nm=") + kind) != std::string::npos;
}

}  // namespace

// The address of a resource: /whip or /whep, the room, and what else there is.
struct HttpSessions::Address {
  bool is_whip = false;
  std::vector<std::string> parts;  // None is empty.

  std::string room() const { return parts.empty() ? "" : parts.front(); }

  // Without a slash at its end.
  std::string path() const {
    std::string path(is_whip ? whip : whep);
    for (const std::string& part : parts) path += "/" + part;
    return path;
  }
};

// Nothing if there can't be anything.
std::optional<HttpSessions::Address> HttpSessions::read(std::string_view path) {
  Address address{.is_whip = path.starts_with(whip)};
  const std::size_t most_parts = address.is_whip ? most_parts_whip : most_parts_whep;
  path.remove_prefix(whip.size());
  if (path.ends_with('/')) path.remove_suffix(1);
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::string part(path.substr(0, path.find('/')));
    if (part.empty() || address.parts.size() == most_parts) return std::nullopt;
    path.remove_prefix(part.size());
    address.parts.push_back(part);
  }
  return address;
}

// A participant's id and a session's stand in the same place: what is posted where there is no
// session is for a participant.
void HttpSessions::handle(SoupServerMessage* message, std::string_view path, GHashTable* query) {
  const std::optional<Address> address = read(path);
  if (!address) {
    return refuse(message, SOUP_STATUS_NOT_FOUND, {"not_found", "There is nothing here."});
  }
  const std::string_view method = soup_server_message_get_method(message);
  const bool may_be_participant = !address->is_whip && address->parts.size() == 2 &&
                                  method != "PATCH" && method != "DELETE" &&
                                  find(address->path()) == nullptr;
  const bool is_endpoint = address->parts.size() < 2 || may_be_participant;
  if (is_endpoint) return handle_endpoint(message, *address, query);
  handle_session(message, address->path());
}

void HttpSessions::handle_endpoint(SoupServerMessage* message, const Address& address,
                                   GHashTable* query) {
  const std::string_view method = soup_server_message_get_method(message);
  constexpr const char* allowed = "OPTIONS, POST";
  if (method == "OPTIONS") return tell_options(message, allowed, "Accept-Post", sdp_type);
  if (method != "POST") return refuse_method(message, allowed);
  if (address.is_whip) {
    publish(message, address, query);
  } else {
    play(message, address);
  }
}

void HttpSessions::handle_session(SoupServerMessage* message, std::string_view path) {
  const std::string_view method = soup_server_message_get_method(message);
  constexpr const char* allowed = "OPTIONS, PATCH, DELETE";
  if (method == "OPTIONS") return tell_options(message, allowed, "Accept-Patch", fragment_type);
  if (method != "PATCH" && method != "DELETE") return refuse_method(message, allowed);
  HttpSession* session = find(path);
  if (session == nullptr) {
    return refuse(message, SOUP_STATUS_NOT_FOUND,
                  {"unknown_session", "There is no such session (any more)."});
  }
  if (method == "PATCH") return session->patch(message);
  session->end_soon();
  soup_server_message_set_status(message, SOUP_STATUS_OK, nullptr);
}

HttpSession* HttpSessions::find(std::string_view path) const {
  const auto found =
      std::ranges::find_if(sessions_, [&](const auto& one) { return one->is_at(path); });
  return found == sessions_.end() ? nullptr : found->get();
}

void HttpSessions::publish(SoupServerMessage* message, const Address& address, GHashTable* query) {
  const auto offer = body_of(message, sdp_type);
  if (!offer) return;
  const char* name = parameter(query, "name");
  const std::string_view recorded =
      parameter(query, "recorded") == nullptr ? "yes" : parameter(query, "recorded");
  if (recorded != "yes" && recorded != "no") {
    return refuse(message, {"invalid_request", "\"recorded\" has to be yes or no."});
  }
  const Join join{.room = address.room(),
                  .name = name == nullptr ? "Stream" : name,
                  .camera = has_media(*offer, "video"),
                  .microphone = has_media(*offer, "audio"),
                  .recorded = recorded == "yes"};
  if (const auto checked = check(join); !checked) return refuse(message, checked.error());
  const auto enter = [&](Client& client) -> Result<std::unique_ptr<MediaSession>> {
    auto seat = meetings_.join(join, client);
    if (!seat) return seat.error();
    return std::unique_ptr<MediaSession>(std::move(*seat));
  };
  start_session(message, address, enter, *offer);
}

void HttpSessions::play(SoupServerMessage* message, const Address& address) {
  const auto offer = body_of(message, sdp_type);
  if (!offer) return;
  const auto enter = [&](Client& client) {
    return address.parts.size() < 2 ? meetings_.watch(address.room(), client)
                                    : meetings_.follow(address.room(), address.parts[1], client);
  };
  start_session(message, address, enter, *offer);
}

void HttpSessions::start_session(SoupServerMessage* message, const Address& address,
                                 const HttpSession::Enter& enter, const std::string& offer) {
  // A WebSocket has to be kept open to keep a seat without media; here a request is enough.
  const auto connecting =
      std::ranges::count_if(sessions_, [](const auto& one) { return !one->is_connected(); });
  if (connecting >= most_connecting) {
    return refuse(message, {"server_full", "As many as may be are about to connect."});
  }
  sessions_.push_back(
      std::make_unique<HttpSession>(message, address.path(), meetings_.ice_servers(),
                                    [this](const HttpSession& one) { forget(one); }));
  HttpSession& session = *sessions_.back();
  if (const auto started = session.start(enter, offer); !started) {
    session.fail(started.error());
    forget(session);  // At once: they aren't to be seen in the room.
  }
}

void HttpSessions::forget(const HttpSession& session) {
  std::erase_if(sessions_, [&](const auto& one) { return one.get() == &session; });
}

void HttpSessions::stop() {
  for (const auto& session : sessions_) session->close({"shutting_down", "The server ends."});
}

}  // namespace tessera::signalling
