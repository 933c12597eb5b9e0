#include "support/host.h"

#include <utility>

#include "support/http.h"

namespace tessera::test {

Host::Host(std::string server_url, std::string key)
    : server_url_(std::move(server_url)), key_(std::move(key)) {}

nlohmann::json Host::listed(const std::string& path, const char* list, std::size_t index) {
  const nlohmann::json answer = get(path).json();
  if (!answer.is_object() || !answer.contains(list) || answer[list].size() <= index) return nullptr;
  return answer[list][index];
}

Host::Answer Host::ask(const char* method, const std::string& path, const std::string& body) {
  const Response response =
      test::ask(server_url_, {.method = method,
                              .path = path,
                              .type = body.empty() ? "" : "application/json",
                              .body = body,
                              .headers = {{"Authorization", "Bearer " + key_}}});
  return {response.status, response.body};
}

}  // namespace tessera::test
