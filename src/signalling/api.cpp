#include "signalling/api.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "base/log.h"
#include "base/ref.h"
#include "base/text.h"
#include "signalling/api_messages.h"
#include "signalling/http_answer.h"

namespace tessera::signalling {
namespace {

using nlohmann::json;

constexpr const char* json_type = "application/json";

// Takes as long wherever the two differ.
bool is_equal(std::string_view one, std::string_view other) {
  if (one.size() != other.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < one.size(); ++i) {
    difference |= static_cast<unsigned char>(one[i]) ^ static_cast<unsigned char>(other[i]);
  }
  return difference == 0;
}

void answer(SoupServerMessage* message, guint status, const json& body) {
  const std::string text = body.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
  soup_server_message_set_status(message, status, nullptr);
  soup_server_message_set_response(message, json_type, SOUP_MEMORY_COPY, text.data(), text.size());
}

template <typename T>
void answer(SoupServerMessage* message, const Result<T>& result) {
  if (!result) return refuse(message, result.error());
  answer(message, SOUP_STATUS_OK, to_json(*result));
}

template <typename T>
void answer_list(SoupServerMessage* message, const char* name,
                 const Result<std::vector<T>>& result) {
  if (!result) return refuse(message, result.error());
  json list = json::array();
  for (const T& value : *result) list.push_back(to_json(value));
  answer(message, SOUP_STATUS_OK, {{name, list}});
}

std::string address(const std::string& room, const char* collection, const std::string& id) {
  return "/api/rooms/" + room + "/" + collection + "/" + id;
}

// The path's next part; what it leaves has no slash in front.
std::string take_part(std::string_view& path) {
  if (path.starts_with('/')) path.remove_prefix(1);
  const std::string part(path.substr(0, path.find('/')));
  path.remove_prefix(part.size());
  return part;
}

}  // namespace

Api::Api(Studio& studio, std::string host_key) : studio_(studio), host_key_(std::move(host_key)) {}

bool Api::is_host(SoupServerMessage* message) {
  const char* given = header(message, "Authorization");
  if (given == nullptr) return false;
  constexpr std::string_view scheme = "Bearer ";
  // In capitals or not (RFC 9110, section 11.1).
  const bool is_bearer = g_ascii_strncasecmp(given, scheme.data(), scheme.size()) == 0;
  if (is_bearer && !host_key_.empty() && is_equal(given + scheme.size(), host_key_)) return true;
  log_wrong_key(message);
  return false;
}

// So that an operator sees that somebody guesses. Behind a proxy the address is the proxy's.
void Api::log_wrong_key(SoupServerMessage* message) {
  if (!wrong_keys_logged_.take(Clock::now())) return;
  const char* address = soup_server_message_get_remote_host(message);
  log("signalling").warn("wrong host key address={}", address != nullptr ? address : "unknown");
}

void Api::handle(SoupServerMessage* message, std::string_view path) {
  // A browser asks before it sends the key.
  if (std::string_view(soup_server_message_get_method(message)) == "OPTIONS") {
    set_header(message, "Allow", "OPTIONS, GET, POST, PATCH, DELETE");
    return soup_server_message_set_status(message, SOUP_STATUS_NO_CONTENT, nullptr);
  }
  if (!is_host(message)) {
    set_header(message, "WWW-Authenticate", "Bearer");
    return refuse(message, SOUP_STATUS_UNAUTHORIZED,
                  {"unauthorized", "This needs the server's host key."});
  }
  const std::string rooms = take_part(path);
  const std::string room = take_part(path);
  const std::string collection = take_part(path);
  const std::string id = take_part(path);
  const bool is_known = collection == "outputs" || collection == "sources" ||
                        ((collection == "participants" || collection == "snapshot") && id.empty());
  if (rooms != "rooms" || !is_known || !path.empty()) {
    return refuse(message, SOUP_STATUS_NOT_FOUND, {"not_found", "There is nothing here."});
  }
  if (const auto checked = check_room(room); !checked) return refuse(message, checked.error());
  if (collection == "outputs") return handle_outputs(message, room, id);
  if (collection == "sources") return handle_sources(message, room, id);
  if (std::string_view(soup_server_message_get_method(message)) != "GET") {
    return refuse_method(message, "GET");
  }
  if (collection == "participants") {
    return answer_list(message, "participants", studio_.participants(room));
  }
  send_snapshot(message, room);
}

void Api::handle_outputs(SoupServerMessage* message, const std::string& room,
                         const std::string& id) {
  const std::string_view method = soup_server_message_get_method(message);
  if (id.empty()) {
    if (method == "GET") return answer_list(message, "outputs", studio_.outputs(room));
    if (method == "POST") return start_output(message, room);
    return refuse_method(message, "GET, POST");
  }
  if (method == "DELETE") return answer(message, studio_.stop_output(room, id));
  if (method == "PATCH") return change_output(message, room, id);
  refuse_method(message, "PATCH, DELETE");
}

void Api::start_output(SoupServerMessage* message, const std::string& room) {
  const auto body = body_of(message, json_type);
  if (!body) return;
  const auto request = parse_output_request(*body);
  if (!request) return refuse(message, request.error());
  const auto output = studio_.start_output(room, *request);
  if (!output) return refuse(message, output.error());
  set_header(message, "Location", address(room, "outputs", output->id));
  answer(message, SOUP_STATUS_CREATED, to_json(*output));
}

void Api::change_output(SoupServerMessage* message, const std::string& room,
                        const std::string& id) {
  const auto body = body_of(message, json_type);
  if (!body) return;
  const auto paused = parse_pause(*body);
  if (!paused) return refuse(message, paused.error());
  answer(message, studio_.pause_output(room, id, *paused));
}

void Api::handle_sources(SoupServerMessage* message, const std::string& room,
                         const std::string& id) {
  const std::string_view method = soup_server_message_get_method(message);
  if (id.empty()) {
    if (method == "GET") return answer_list(message, "sources", studio_.sources(room));
    if (method == "POST") return add_source(message, room);
    return refuse_method(message, "GET, POST");
  }
  if (method == "PATCH") return change_source(message, room, id);
  if (method != "DELETE") return refuse_method(message, "PATCH, DELETE");
  const auto removed = studio_.remove_source(room, id);
  if (!removed) return refuse(message, removed.error());
  soup_server_message_set_status(message, SOUP_STATUS_NO_CONTENT, nullptr);
}

void Api::add_source(SoupServerMessage* message, const std::string& room) {
  const auto body = body_of(message, json_type);
  if (!body) return;
  const auto request = parse_source_request(*body);
  if (!request) return refuse(message, request.error());
  const auto source = studio_.add_source(room, *request);
  if (!source) return refuse(message, source.error());
  set_header(message, "Location", address(room, "sources", source->participant));
  answer(message, SOUP_STATUS_CREATED, to_json(*source));
}

void Api::change_source(SoupServerMessage* message, const std::string& room,
                        const std::string& id) {
  const auto body = body_of(message, json_type);
  if (!body) return;
  const auto change = parse_source_change(*body);
  if (!change) return refuse(message, change.error());
  answer(message, studio_.change_source(room, id, *change));
}

void Api::send_snapshot(SoupServerMessage* message, const std::string& room) {
  soup_server_message_pause(message);
  studio_.snapshot(
      room, [waiting = Ref<SoupServerMessage>::share(message)](const Result<Snapshot>& snapshot) {
        if (snapshot) {
          set_header(waiting.get(), "Cache-Control", "no-store");
          soup_server_message_set_status(waiting.get(), SOUP_STATUS_OK, nullptr);
          soup_server_message_set_response(waiting.get(), "image/jpeg", SOUP_MEMORY_COPY,
                                           snapshot->data(), snapshot->size());
        } else {
          refuse(waiting.get(), snapshot.error());
        }
        soup_server_message_unpause(waiting.get());
      });
}

}  // namespace tessera::signalling
