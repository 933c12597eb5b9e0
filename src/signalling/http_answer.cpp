#include "signalling/http_answer.h"

#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/ref.h"

namespace tessera::signalling {
namespace {

guint status_of(const Error& error) {
  static const std::map<std::string, guint, std::less<>> statuses = {
      {"invalid_room", SOUP_STATUS_NOT_FOUND},
      {"unknown_room", SOUP_STATUS_NOT_FOUND},
      {"unknown_participant", SOUP_STATUS_NOT_FOUND},
      {"participant_left", SOUP_STATUS_NOT_FOUND},
      {"unknown_output", SOUP_STATUS_NOT_FOUND},
      {"unknown_source", SOUP_STATUS_NOT_FOUND},
      {"source_not_found", SOUP_STATUS_UNPROCESSABLE_ENTITY},
      {"invalid_request", SOUP_STATUS_BAD_REQUEST},
      {"invalid_target", SOUP_STATUS_BAD_REQUEST},
      {"invalid_source", SOUP_STATUS_BAD_REQUEST},
      {"not_possible", SOUP_STATUS_CONFLICT},
      {"no_picture", SOUP_STATUS_SERVICE_UNAVAILABLE},
      {"disk_full", SOUP_STATUS_INSUFFICIENT_STORAGE},
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

}  // namespace

void set_header(SoupServerMessage* message, const char* name, const std::string& value) {
  soup_message_headers_replace(soup_server_message_get_response_headers(message), name,
                               value.c_str());
}

const char* header(SoupServerMessage* message, const char* name) {
  return soup_message_headers_get_one(soup_server_message_get_request_headers(message), name);
}

void refuse(SoupServerMessage* message, guint status, const Error& error) {
  const nlohmann::json details = {
      {"title", error.message}, {"status", status}, {"code", error.code}};
  const std::string body =
      details.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  soup_server_message_set_status(message, status, nullptr);
  soup_server_message_set_response(message, "application/problem+json", SOUP_MEMORY_COPY,
                                   body.data(), body.size());
}

void refuse(SoupServerMessage* message, const Error& error) {
  const guint status = status_of(error);
  if (status == SOUP_STATUS_SERVICE_UNAVAILABLE) set_header(message, "Retry-After", "10");
  refuse(message, status, error);
}

void refuse_method(SoupServerMessage* message, const std::string& allowed) {
  set_header(message, "Allow", allowed);
  refuse(message, SOUP_STATUS_METHOD_NOT_ALLOWED,
         {"method_not_allowed", "Only " + allowed + " are allowed here."});
}

std::optional<std::string> body_of(SoupServerMessage* message, const char* type) {
  const char* given = soup_message_headers_get_content_type(
      soup_server_message_get_request_headers(message), nullptr);
  // In capitals or not (RFC 9110, section 8.3.1).
  if (given == nullptr || g_ascii_strcasecmp(given, type) != 0) {
    refuse(message, SOUP_STATUS_UNSUPPORTED_MEDIA_TYPE,
           {"unsupported_type", "The body's type has to be " + std::string(type) + "."});
    return std::nullopt;
  }
  SoupMessageBody* body = soup_server_message_get_request_body(message);
  if (body->length > static_cast<goffset>(longest_body)) {
    refuse(message, SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE,
           {"message_too_large", "A body has at most 64 KiB."});
    return std::nullopt;
  }
  const std::unique_ptr<GBytes, FreeWith<g_bytes_unref>> bytes(soup_message_body_flatten(body));
  gsize size = 0;
  const void* text = g_bytes_get_data(bytes.get(), &size);
  return std::string(static_cast<const char*>(text), size);
}

}  // namespace tessera::signalling
