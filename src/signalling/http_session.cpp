#include "signalling/http_session.h"

#include <utility>

#include "base/log.h"
#include "base/random_token.h"
#include "signalling/http_answer.h"
#include "signalling/sdp_fragment.h"

namespace tessera::signalling {
namespace {

// How long a response waits for the last of the server's candidates: one that a STUN or TURN server
// doesn't answer for must not hold up those that are there.
constexpr Duration gathering_time = std::chrono::seconds(2);

// There is one ICE session to each: restarts aren't supported (RFC 9725, section 4.3.1).
constexpr const char* only_ice_session = "\"1\"";

constexpr guint precondition_required = 428;  // RFC 6585; libsoup doesn't name it.

std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

// RFC 9725, section 4.6.
void add_link(SoupMessageHeaders* headers, const std::string& url, const IceServer& server) {
  std::string link = "<" + url + R"(>; rel="ice-server")";
  if (!server.username.empty()) {
    link += "; username=" + quoted(server.username) + "; credential=" + quoted(server.credential) +
            R"(; credential-type="password")";
  }
  soup_message_headers_append(headers, "Link", link.c_str());
}

// RFC 9725, section 4.3. Whether If-Match names the one ICE session; if not, it is answered.
bool meets_condition(SoupServerMessage* message, bool is_restart) {
  const char* condition =
      soup_message_headers_get_list(soup_server_message_get_request_headers(message), "If-Match");
  if (condition == nullptr) {
    refuse(message, precondition_required,
           {"precondition_required", "If-Match has to name the ICE session."});
    return false;
  }
  const bool is_any = std::string_view(condition) == "*";
  if (!is_any && soup_header_contains(condition, only_ice_session) == FALSE) {
    refuse(message, SOUP_STATUS_PRECONDITION_FAILED,
           {"precondition_failed", "There is no such ICE session."});
    return false;
  }
  if (is_any || is_restart) {
    refuse(message, SOUP_STATUS_UNPROCESSABLE_ENTITY,
           {"restart_unsupported", "ICE isn't restarted here: make a new session."});
    return false;
  }
  return true;
}

}  // namespace

HttpSession::HttpSession(SoupServerMessage* message, std::string collection,
                         std::vector<IceServer> ice_servers,
                         std::function<void(const HttpSession&)> ended)
    : waiting_(Ref<SoupServerMessage>::share(message)),
      collection_(std::move(collection)),
      id_(random_token()),
      ice_servers_(std::move(ice_servers)),
      ended_(std::move(ended)) {
  soup_server_message_pause(message);
}

Result<void> HttpSession::start(const Enter& enter, const std::string& offer) {
  ufrag_ = ice_ufrag(offer);
  auto media = enter(*this);
  if (!media) return media.error();
  media_ = std::move(*media);
  return media_->offer({offer});
}

void HttpSession::fail(const Error& error) {
  finish([&](SoupServerMessage* message) {
    refuse(message, error);
    // draft-ietf-wish-whep: there is nothing to play yet.
    if (soup_server_message_get_status(message) == SOUP_STATUS_CONFLICT) {
      set_header(message, "Retry-After", "2");
    }
  });
  end_soon();
}

void HttpSession::send(const ServerMessage& message) {
  if (const auto* answer = std::get_if<Answer>(&message)) {
    answer_ = answer->sdp;
    gathering_.start_once(gathering_time, [this] { answer_offer(); });
  } else if (const auto* candidate = std::get_if<Candidate>(&message)) {
    if (candidate->candidate.empty()) return answer_offer();
    candidates_.push_back(*candidate);
  } else if (std::holds_alternative<Connected>(message)) {
    is_connected_ = true;
  }
}

void HttpSession::close(const Error& error) {
  log("signalling").debug("session closed code={}", error.code);
  fail(error);
}

void HttpSession::patch(SoupServerMessage* message) {
  const auto body = body_of(message, fragment_type);
  if (!body) return;
  const std::string ufrag = ice_ufrag(*body);
  if (!meets_condition(message, !ufrag.empty() && ufrag != ufrag_)) return;
  for (const Candidate& candidate : candidates_of(*body)) {
    const auto taken = media_->add_candidate(candidate);
    if (!taken) return refuse(message, taken.error());
  }
  soup_server_message_set_status(message, SOUP_STATUS_NO_CONTENT, nullptr);
}

void HttpSession::end_soon() {
  if (std::exchange(has_ended_, true)) return;
  gathering_.stop();
  anchor_.handle().post([this, ended = ended_] { ended(*this); });
}

void HttpSession::answer_offer() {
  gathering_.stop();
  finish([this](SoupServerMessage* message) { write_answer(message); });
}

void HttpSession::write_answer(SoupServerMessage* message) const {
  soup_server_message_set_status(message, SOUP_STATUS_CREATED, nullptr);
  set_header(message, "Location", collection_ + "/" + id_);
  set_header(message, "ETag", only_ice_session);
  set_header(message, "Accept-Patch", fragment_type);
  SoupMessageHeaders* headers = soup_server_message_get_response_headers(message);
  for (const IceServer& server : ice_servers_) {
    for (const std::string& url : server.urls) add_link(headers, url, server);
  }
  const std::string body = with_candidates(answer_, candidates_);
  soup_server_message_set_response(message, sdp_type, SOUP_MEMORY_COPY, body.data(), body.size());
}

template <typename Write>
void HttpSession::finish(Write write) {
  const auto message = std::exchange(waiting_, nullptr);
  if (!message) return;
  write(message.get());
  soup_server_message_unpause(message.get());
}

}  // namespace tessera::signalling
