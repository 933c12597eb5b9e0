#pragma once

#include <libsoup/soup.h>

#include <nlohmann/json.hpp>
#include <string>

namespace tessera::test {

// An operator who uses the server's API. Each call waits for the answer. On the control thread.
class Host {
 public:
  Host(std::string server_url, std::string key);

  struct Answer {
    guint status = 0;
    std::string body;

    nlohmann::json json() const { return nlohmann::json::parse(body, nullptr, false); }
  };
  Answer get(const std::string& path) { return ask("GET", path); }
  Answer post(const std::string& path, const nlohmann::json& body) {
    return ask("POST", path, body.dump());
  }
  Answer patch(const std::string& path, const nlohmann::json& body) {
    return ask("PATCH", path, body.dump());
  }
  Answer remove(const std::string& path) { return ask("DELETE", path); }

  // Of an output or a source in a list of such, by its number in it. Null if there is none.
  nlohmann::json listed(const std::string& path, const char* list, std::size_t index = 0);

 private:
  Answer ask(const char* method, const std::string& path, const std::string& body = "");

  std::string server_url_;
  std::string key_;
};

}  // namespace tessera::test
