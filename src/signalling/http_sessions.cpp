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

void tell_options(SoupServerMessage* message, const char* allowed, const char* accepting,
                  const char* type) {
  set_header(message, "Allow", allowed);
  set_header(message, accepting, type);
  soup_server_message_set_status(message, SOUP_STATUS_OK, nullptr);
}

// The address of a resource: /whip or /whep, the room, and what else there is.
struct Address {
  std::string room;
  std::string participant;  // Or a session's id.
  bool is_deep = false;     // Has two parts behind the room, or more.
};

Address read_address(std::string_view path) {
  path.remove_prefix(std::min(path.size(), whip.size() + 1));
  const auto take_part = [&path] {
    const std::string part(path.substr(0, path.find('/')));
    path.remove_prefix(std::min(path.size(), part.size() + 1));
    return part;
  };
  Address address{.room = take_part(), .participant = take_part()};
  address.is_deep = !path.empty();
  return address;
}

// What an address says after its "?"; null if it says nothing of that.
const char* parameter(GHashTable* query, const char* name) {
  return query == nullptr ? nullptr : static_cast<const char*>(g_hash_table_lookup(query, name));
}

bool has_media(const std::string& offer, const char* kind) {
  return offer.find(std::string("\nm=") + kind) != std::string::npos;
}

}  // namespace

// A participant's id and a session's stand in the same place: what is posted where there is no
// session is for a participant.
void HttpSessions::handle(SoupServerMessage* message, std::string_view path, GHashTable* query) {
  const Address address = read_address(path);
  const std::string_view method = soup_server_message_get_method(message);
  const bool may_be_participant = path.starts_with(whep) && !address.is_deep && method != "PATCH" &&
                                  method != "DELETE" && find(path) == nullptr;
  const bool is_session = !address.participant.empty() && !may_be_participant;
  if (is_session) return handle_session(message, path);
  if (path.ends_with('/')) path.remove_suffix(1);
  handle_endpoint(message, std::string(path), query);
}

void HttpSessions::handle_endpoint(SoupServerMessage* message, const std::string& path,
                                   GHashTable* query) {
  const std::string_view method = soup_server_message_get_method(message);
  constexpr const char* allowed = "OPTIONS, POST";
  if (method == "OPTIONS") return tell_options(message, allowed, "Accept-Post", sdp_type);
  if (method != "POST") return refuse_method(message, allowed);
  if (path.starts_with(whip)) {
    publish(message, path, query);
  } else {
    play(message, path);
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

void HttpSessions::publish(SoupServerMessage* message, const std::string& path, GHashTable* query) {
  const auto offer = body_of(message, sdp_type);
  if (!offer) return;
  const char* name = parameter(query, "name");
  const std::string_view recorded =
      parameter(query, "recorded") == nullptr ? "yes" : parameter(query, "recorded");
  if (recorded != "yes" && recorded != "no") {
    return refuse(message, {"invalid_request", "\"recorded\" has to be yes or no."});
  }
  const Join join{.room = read_address(path).room,
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
  start_session(message, path, enter, *offer);
}

void HttpSessions::play(SoupServerMessage* message, const std::string& path) {
  const auto offer = body_of(message, sdp_type);
  if (!offer) return;
  const Address address = read_address(path);
  const auto enter = [&](Client& client) {
    return address.participant.empty()
               ? meetings_.watch(address.room, client)
               : meetings_.follow(address.room, address.participant, client);
  };
  start_session(message, path, enter, *offer);
}

void HttpSessions::start_session(SoupServerMessage* message, const std::string& path,
                                 const HttpSession::Enter& enter, const std::string& offer) {
  // A WebSocket has to be kept open to keep a seat without media; here a request is enough.
  const auto connecting =
      std::ranges::count_if(sessions_, [](const auto& one) { return !one->is_connected(); });
  if (connecting >= most_connecting) {
    return refuse(message, {"server_full", "As many as may be are about to connect."});
  }
  sessions_.push_back(std::make_unique<HttpSession>(
      message, path, meetings_.ice_servers(), [this](const HttpSession& one) { forget(one); }));
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
