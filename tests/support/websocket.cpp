#include "support/websocket.h"

#include <algorithm>
#include <ranges>

namespace tessera::test {

using nlohmann::json;

WebSocket::WebSocket(const std::string& server_url, const std::string& origin)
    : session_(Ref<SoupSession>::adopt(soup_session_new())),
      cancel_(Ref<GCancellable>::adopt(g_cancellable_new())) {
  const auto request =
      Ref<SoupMessage>::adopt(soup_message_new("GET", (server_url + "/ws").c_str()));
  soup_session_websocket_connect_async(
      session_.get(), request.get(), origin.empty() ? nullptr : origin.c_str(), nullptr,
      G_PRIORITY_DEFAULT, cancel_.get(),
      [](GObject*, GAsyncResult* result, gpointer self) {
        static_cast<WebSocket*>(self)->connected(result);
      },
      this);
}

WebSocket::~WebSocket() {
  signals_.clear();
  if (is_open()) {
    soup_websocket_connection_close(socket_.get(), SOUP_WEBSOCKET_CLOSE_NORMAL, nullptr);
  }
  // A connection that is still being made calls back, with this object's address.
  g_cancellable_cancel(cancel_.get());
  while (!socket_ && !is_closed_) g_main_context_iteration(nullptr, TRUE);
}

void WebSocket::connected(GAsyncResult* result) {
  GError* raw_error = nullptr;
  socket_ = Ref<SoupWebsocketConnection>::adopt(
      soup_session_websocket_connect_finish(session_.get(), result, &raw_error));
  const GErrorPtr error(raw_error);
  if (!socket_) {
    is_closed_ = true;
    return;
  }
  soup_websocket_connection_set_max_incoming_payload_size(socket_.get(), 1 << 20);
  signals_.push_back(
      Signal::connect<void(gint, GBytes*)>(socket_.get(), "message", [this](gint, GBytes* bytes) {
        gsize size = 0;
        const auto* text = static_cast<const char*>(g_bytes_get_data(bytes, &size));
        messages_.push_back(json::parse(text, text + size));
        if (on_message_) on_message_(json(messages_.back()));
      }));
  signals_.push_back(Signal::connect<void()>(socket_.get(), "closed", [this] {
    is_closed_ = true;
    close_code_ = soup_websocket_connection_get_close_code(socket_.get());
  }));
  if (on_open_) on_open_();
}

void WebSocket::send(const json& message) { send_text(message.dump()); }

void WebSocket::send_text(const std::string& text) {
  if (!is_open()) return;
  const std::unique_ptr<GBytes, FreeWith<g_bytes_unref>> bytes(
      g_bytes_new(text.data(), text.size()));
  soup_websocket_connection_send_message(socket_.get(), SOUP_WEBSOCKET_DATA_TEXT, bytes.get());
}

void WebSocket::send_binary(const std::string& bytes) {
  if (is_open()) soup_websocket_connection_send_binary(socket_.get(), bytes.data(), bytes.size());
}

std::vector<std::string> WebSocket::error_codes() const {
  std::vector<std::string> codes;
  for (const json& message : messages_) {
    if (message.at("type") == "error") codes.push_back(message.at("code"));
  }
  return codes;
}

json WebSocket::latest(const std::string& type) const {
  const auto newest_first = std::views::reverse(messages_);
  const auto found = std::ranges::find_if(
      newest_first, [&](const json& message) { return message.at("type") == type; });
  return found == newest_first.end() ? json() : *found;
}

}  // namespace tessera::test
