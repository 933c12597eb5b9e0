#pragma once

#include <libsoup/soup.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/ref.h"
#include "base/signal.h"

namespace tessera::test {

// A client's WebSocket for tests: says anything, and keeps what comes. On the control thread.
class WebSocket {
 public:
  // To "http://host:port" + "/ws". An origin makes it look like a browser's page.
  explicit WebSocket(const std::string& server_url, const std::string& origin = "");
  ~WebSocket();
  WebSocket(const WebSocket&) = delete;
  WebSocket& operator=(const WebSocket&) = delete;

  void on_open(std::function<void()> callback) { on_open_ = std::move(callback); }
  void on_message(std::function<void(const nlohmann::json&)> callback) {
    on_message_ = std::move(callback);
  }

  bool is_open() const { return socket_ && !is_closed_; }
  // Closed by the server, or refused.
  bool is_closed() const { return is_closed_; }
  int close_code() const { return close_code_; }

  void send(const nlohmann::json& message);
  void send_text(const std::string& text);
  void send_binary(const std::string& bytes);

  const std::vector<nlohmann::json>& messages() const { return messages_; }
  // The codes of the errors that came, in order.
  std::vector<std::string> error_codes() const;
  // The latest message of that type; null if none came.
  nlohmann::json latest(const std::string& type) const;

 private:
  void connected(GAsyncResult* result);

  Ref<SoupSession> session_;
  Ref<SoupWebsocketConnection> socket_;
  Ref<GCancellable> cancel_;
  std::vector<Signal> signals_;
  std::function<void()> on_open_;
  std::function<void(const nlohmann::json&)> on_message_;
  std::vector<nlohmann::json> messages_;
  bool is_closed_ = false;
  int close_code_ = 0;
};

}  // namespace tessera::test
