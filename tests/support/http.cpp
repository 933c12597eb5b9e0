#include "support/http.h"

#include <memory>
#include <nlohmann/json.hpp>

#include "support/wait.h"

namespace tessera::test {
namespace {

using Bytes = std::unique_ptr<GBytes, FreeWith<g_bytes_unref>>;

Ref<SoupMessage> message_of(const std::string& server_url, const Request& request) {
  auto message = Ref<SoupMessage>::adopt(
      soup_message_new(request.method.c_str(), (server_url + request.path).c_str()));
  for (const auto& [name, value] : request.headers) {
    soup_message_headers_append(soup_message_get_request_headers(message.get()), name.c_str(),
                                value.c_str());
  }
  if (!request.type.empty()) {
    const Bytes body(g_bytes_new(request.body.data(), request.body.size()));
    soup_message_set_request_body_from_bytes(message.get(), request.type.c_str(), body.get());
  }
  return message;
}

}  // namespace

std::string Response::code() const {
  if (header("Content-Type") != "application/problem+json") return "";
  const auto problem = nlohmann::json::parse(body, nullptr, false);
  return problem.is_object() ? problem.value("code", "") : "";
}

Response ask(const std::string& server_url, const Request& request) {
  const auto session = Ref<SoupSession>::adopt(soup_session_new());
  const auto message = message_of(server_url, request);
  struct Pending {
    bool is_done = false;
    std::string body;
  };
  auto pending = std::make_shared<Pending>();
  soup_session_send_and_read_async(
      session.get(), message.get(), G_PRIORITY_DEFAULT, nullptr,
      [](GObject* source, GAsyncResult* result, gpointer data) {
        const std::unique_ptr<std::shared_ptr<Pending>> owned(
            static_cast<std::shared_ptr<Pending>*>(data));
        Pending& waiting = **owned;
        const Bytes bytes(soup_session_send_and_read_finish(SOUP_SESSION(source), result, nullptr));
        gsize size = 0;
        const void* content = bytes ? g_bytes_get_data(bytes.get(), &size) : nullptr;
        waiting.body.assign(static_cast<const char*>(content), size);
        waiting.is_done = true;
      },
      new std::shared_ptr<Pending>(pending));  // Which an answer that is too late still needs.
  EXPECT_TRUE(wait_until([&] { return pending->is_done; }));
  return {soup_message_get_status(message.get()), pending->body, message};
}

std::string faults_of(const Exchange& exchange, const Response& response) {
  std::string faults;
  if (response.status != exchange.status) faults += "status " + std::to_string(response.status);
  // A HEAD has no body to say it in.
  const std::string code = exchange.request.method == "HEAD" ? "" : exchange.code;
  if (response.code() != code) faults += " code \"" + response.code() + "\"";
  for (const auto& [name, wanted] : exchange.headers) {
    const std::string value = response.headers(name);
    if (!wanted.Matches(value)) faults += std::string(" ") + name + " \"" + value + "\"";
  }
  return faults.empty() ? "" : std::string(exchange.what) + ": " + faults + " " + response.body;
}

}  // namespace tessera::test
