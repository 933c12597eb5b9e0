#include "signalling/whip.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "base/log.h"
#include "base/ref.h"
#include "base/signal.h"
#include "base/text.h"
#include "signalling/sdp_fragment.h"

namespace tessera::signalling {
namespace {

// How long a response waits for the last of the server's candidates: one that a STUN or TURN server
// doesn't answer for must not hold up those that are there.
constexpr Duration gathering_time = std::chrono::seconds(2);

// Sessions at the same time whose media doesn't flow yet.
constexpr std::ptrdiff_t most_connecting = 50;

// There is one ICE session to a WHIP session: restarts aren't supported (RFC 9725, section 4.3.1).
constexpr const char* only_ice_session = "\"1\"";

constexpr guint precondition_required = 428;  // RFC 6585; libsoup doesn't name it.

constexpr const char* sdp_type = "application/sdp";
constexpr const char* fragment_type = "application/trickle-ice-sdpfrag";

void set_header(SoupServerMessage* message, const char* name, const std::string& value) {
  soup_message_headers_replace(soup_server_message_get_response_headers(message), name,
                               value.c_str());
}

const char* header(SoupServerMessage* message, const char* name) {
  return soup_message_headers_get_one(soup_server_message_get_request_headers(message), name);
}

// Problem details (RFC 9457), with the stable code.
void refuse(SoupServerMessage* message, guint status, const Error& error) {
  const nlohmann::json details = {
      {"title", error.message}, {"status", status}, {"code", error.code}};
  const std::string body =
      details.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  soup_server_message_set_status(message, status, nullptr);
  soup_server_message_set_response(message, "application/problem+json", SOUP_MEMORY_COPY,
                                   body.data(), body.size());
}

void refuse_method(SoupServerMessage* message, const std::string& allowed) {
  set_header(message, "Allow", allowed);
  refuse(message, SOUP_STATUS_METHOD_NOT_ALLOWED,
         {"method_not_allowed", "Only " + allowed + " are allowed here."});
}

void tell_options(SoupServerMessage* message, const char* allowed, const char* accepting,
                  const char* type) {
  set_header(message, "Allow", allowed);
  set_header(message, accepting, type);
  soup_server_message_set_status(message, SOUP_STATUS_OK, nullptr);
}

guint status_of(const Error& error) {
  static const std::map<std::string, guint, std::less<>> statuses = {
      {"invalid_room", SOUP_STATUS_NOT_FOUND},
      {"invalid_name", SOUP_STATUS_BAD_REQUEST},
      {"invalid_sdp", SOUP_STATUS_BAD_REQUEST},
      {"invalid_candidate", SOUP_STATUS_BAD_REQUEST},
      {"no_media", SOUP_STATUS_UNPROCESSABLE_ENTITY},
      {"unsupported_media", SOUP_STATUS_UNPROCESSABLE_ENTITY},
      {"room_full", SOUP_STATUS_SERVICE_UNAVAILABLE},
      {"server_full", SOUP_STATUS_SERVICE_UNAVAILABLE},
      {"shutting_down", SOUP_STATUS_SERVICE_UNAVAILABLE},
      {"connection_timeout", SOUP_STATUS_GATEWAY_TIMEOUT}};
  const auto found = statuses.find(error.code);
  return found == statuses.end() ? guint{SOUP_STATUS_INTERNAL_SERVER_ERROR} : found->second;
}

void refuse(SoupServerMessage* message, const Error& error) {
  const guint status = status_of(error);
  if (status == SOUP_STATUS_SERVICE_UNAVAILABLE) set_header(message, "Retry-After", "10");
  refuse(message, status, error);
}

// The body, if it is of that type and no larger than may be; if not, the request is answered.
std::optional<std::string> body_of(SoupServerMessage* message, const char* type) {
  const char* given = soup_message_headers_get_content_type(
      soup_server_message_get_request_headers(message), nullptr);
  if (g_strcmp0(given, type) != 0) {
    refuse(message, SOUP_STATUS_UNSUPPORTED_MEDIA_TYPE,
           {"unsupported_type", "The body's type has to be " + std::string(type) + "."});
    return std::nullopt;
  }
  SoupMessageBody* body = soup_server_message_get_request_body(message);
  if (body->length > static_cast<goffset>(Whip::longest_body)) {
    refuse(message, SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE,
           {"message_too_large", "A body has at most 64 KiB."});
    return std::nullopt;
  }
  const std::unique_ptr<GBytes, FreeWith<g_bytes_unref>> bytes(soup_message_body_flatten(body));
  gsize size = 0;
  const void* text = g_bytes_get_data(bytes.get(), &size);
  return std::string(static_cast<const char*>(text), size);
}

// Nobody guesses it, and whoever knows it may end the session.
std::string random_id() {
  const CString uuid(g_uuid_string_random());
  return uuid.get();
}

std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

}  // namespace

// A participant that has no WebSocket: of all that a meeting tells it, it can pass on only the
// answer, and that once.
class Whip::Session : public Client {
 public:
  Session(Whip& whip, SoupServerMessage* message)
      : whip_(whip), waiting_(Ref<SoupServerMessage>::share(message)) {
    soup_server_message_pause(message);
  }

  Result<void> start(Meetings& meetings, const Join& join, const std::string& offer) {
    ufrag_ = ice_ufrag(offer);
    auto seat = meetings.join(join, *this);
    if (!seat) return seat.error();
    seat_ = std::move(*seat);
    return seat_->offer({offer});
  }

  // Answers the POST with an error instead; of no use from then on.
  void fail(const Error& error) {
    finish([&](SoupServerMessage* message) { refuse(message, error); });
    end_soon();
  }

  void send(const ServerMessage& message) override {
    if (const auto* joined = std::get_if<Joined>(&message)) {
      room_ = joined->room;
      ice_servers_ = joined->ice_servers;
    } else if (const auto* answer = std::get_if<Answer>(&message)) {
      answer_ = answer->sdp;
      gathering_.start_once(gathering_time, [this] { answer_offer(); });
    } else if (const auto* candidate = std::get_if<Candidate>(&message)) {
      if (candidate->candidate.empty()) return answer_offer();
      candidates_.push_back(*candidate);
    } else if (std::holds_alternative<Connected>(message)) {
      is_connected_ = true;
    }
  }

  void send_serialized(const std::string&) override {}

  void close(const Error& error) override {
    log("signalling").debug("session closed code={}", error.code);
    fail(error);
  }

  void patch(SoupServerMessage* message) {
    const auto body = body_of(message, fragment_type);
    if (!body) return;
    const char* condition = header(message, "If-Match");
    if (condition == nullptr) {
      return refuse(message, precondition_required,
                    {"precondition_required", "If-Match has to name the ICE session."});
    }
    const bool is_any = std::string_view(condition) == "*";
    if (!is_any && std::string_view(condition) != only_ice_session) {
      return refuse(message, SOUP_STATUS_PRECONDITION_FAILED,
                    {"precondition_failed", "There is no such ICE session."});
    }
    const std::string ufrag = ice_ufrag(*body);
    if (is_any || (!ufrag.empty() && ufrag != ufrag_)) {
      return refuse(message, SOUP_STATUS_UNPROCESSABLE_ENTITY,
                    {"restart_unsupported", "ICE isn't restarted here: make a new session."});
    }
    for (const Candidate& candidate : candidates_of(*body)) {
      const auto taken = seat_->add_candidate(candidate);
      if (!taken) return refuse(message, taken.error());
    }
    soup_server_message_set_status(message, SOUP_STATUS_NO_CONTENT, nullptr);
  }

  bool is_at(std::string_view room, std::string_view id) const {
    return !has_ended_ && room_ == room && id_ == id;
  }

  const std::string& id() const { return id_; }
  bool is_connected() const { return is_connected_; }

  void end_soon() {
    if (std::exchange(has_ended_, true)) return;
    gathering_.stop();
    whip_.anchor_.handle().post([whip = &whip_, id = id_] { whip->forget(id); });
  }

 private:
  void answer_offer() {
    gathering_.stop();
    if (!waiting_) return;
    finish([this](SoupServerMessage* message) {
      const std::string body = with_candidates(answer_, candidates_);
      soup_server_message_set_status(message, SOUP_STATUS_CREATED, nullptr);
      set_header(message, "Location", "/whip/" + room_ + "/" + id_);
      set_header(message, "ETag", only_ice_session);
      set_header(message, "Accept-Patch", fragment_type);
      SoupMessageHeaders* headers = soup_server_message_get_response_headers(message);
      for (const IceServer& server : ice_servers_) {
        for (const std::string& url : server.urls) {
          std::string link = "<" + url + R"(>; rel="ice-server")";
          if (!server.username.empty()) {
            link += "; username=" + quoted(server.username) +
                    "; credential=" + quoted(server.credential) + R"(; credential-type="password")";
          }
          soup_message_headers_append(headers, "Link", link.c_str());
        }
      }
      soup_server_message_set_response(message, sdp_type, SOUP_MEMORY_COPY, body.data(),
                                       body.size());
    });
  }

  template <typename Write>
  void finish(Write write) {
    const auto message = std::exchange(waiting_, nullptr);
    if (!message) return;
    write(message.get());
    soup_server_message_unpause(message.get());
  }

  Whip& whip_;
  Ref<SoupServerMessage> waiting_;  // For the answer.
  const std::string id_ = random_id();
  std::string room_;
  std::string ufrag_;  // The client's.
  std::string answer_;
  std::vector<Candidate> candidates_;
  std::vector<IceServer> ice_servers_;
  Timer gathering_;
  bool is_connected_ = false;
  bool has_ended_ = false;
  std::unique_ptr<Seat> seat_;
};

Whip::Whip(Meetings& meetings) : meetings_(meetings) {}

Whip::~Whip() = default;

void Whip::handle(SoupServerMessage* message, std::string_view path, GHashTable* query) {
  if (path.starts_with('/')) path.remove_prefix(1);
  const auto parts = split(path, '/');
  if (parts && !parts->second.empty()) {
    handle_session(message, parts->first, parts->second);
  } else {
    handle_room(message, std::string(parts ? parts->first : path), query);
  }
}

void Whip::handle_room(SoupServerMessage* message, const std::string& room, GHashTable* query) {
  const std::string_view method = soup_server_message_get_method(message);
  if (method == "POST") return start_session(message, room, query);
  constexpr const char* allowed = "OPTIONS, POST";
  if (method != "OPTIONS") return refuse_method(message, allowed);
  tell_options(message, allowed, "Accept-Post", sdp_type);
}

void Whip::handle_session(SoupServerMessage* message, std::string_view room, std::string_view id) {
  const std::string_view method = soup_server_message_get_method(message);
  constexpr const char* allowed = "OPTIONS, PATCH, DELETE";
  if (method == "OPTIONS") return tell_options(message, allowed, "Accept-Patch", fragment_type);
  if (method != "PATCH" && method != "DELETE") return refuse_method(message, allowed);
  const auto found =
      std::ranges::find_if(sessions_, [&](const auto& one) { return one->is_at(room, id); });
  if (found == sessions_.end()) {
    return refuse(message, SOUP_STATUS_NOT_FOUND,
                  {"unknown_session", "There is no such session (any more)."});
  }
  if (method == "PATCH") return (*found)->patch(message);
  (*found)->end_soon();
  soup_server_message_set_status(message, SOUP_STATUS_OK, nullptr);
}

void Whip::start_session(SoupServerMessage* message, const std::string& room, GHashTable* query) {
  const auto offer = body_of(message, sdp_type);
  if (!offer) return;
  const char* name =
      query == nullptr ? nullptr : static_cast<const char*>(g_hash_table_lookup(query, "name"));
  const Join join{.room = room,
                  .name = name == nullptr ? "Stream" : name,
                  .camera = offer->find("\nm=video") != std::string::npos,
                  .microphone = offer->find("\nm=audio") != std::string::npos};
  if (const auto checked = check(join); !checked) return refuse(message, checked.error());
  // A WebSocket has to be kept open to keep a seat without media; here a request is enough.
  const auto connecting =
      std::ranges::count_if(sessions_, [](const auto& one) { return !one->is_connected(); });
  if (connecting >= most_connecting) {
    return refuse(message, {"server_full", "As many as may be are about to connect."});
  }
  sessions_.push_back(std::make_unique<Session>(*this, message));
  Session& session = *sessions_.back();
  if (const auto started = session.start(meetings_, join, *offer); !started) {
    session.fail(started.error());
    forget(session.id());  // At once: they aren't to be seen in the room.
  }
}

void Whip::forget(const std::string& id) {
  std::erase_if(sessions_, [&](const auto& one) { return one->id() == id; });
}

void Whip::stop() {
  for (const auto& session : sessions_) session->close({"shutting_down", "The server ends."});
}

}  // namespace tessera::signalling
