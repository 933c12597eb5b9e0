#pragma once

#include <gio/gio.h>

#include <algorithm>
#include <array>
#include <string>

#include "base/ref.h"

namespace tessera::signalling {

// A client that opens a TCP connection, says what it is told to, and never answers. For one thread
// at a time.
class RawClient {
 public:
  explicit RawClient(const std::string& url) {
    const auto client = Ref<GSocketClient>::adopt(g_socket_client_new());
    connection_ = Ref<GSocketConnection>::adopt(g_socket_client_connect_to_host(
        client.get(), url.substr(std::string("http://").size()).c_str(), 80, nullptr, nullptr));
  }

  void write(const std::string& bytes) {
    g_output_stream_write_all(g_io_stream_get_output_stream(G_IO_STREAM(connection_.get())),
                              bytes.data(), bytes.size(), nullptr, nullptr, nullptr);
  }

  // As much of it as the socket takes at once.
  std::size_t write_some(const char* bytes, std::size_t size) {
    auto* stream =
        G_POLLABLE_OUTPUT_STREAM(g_io_stream_get_output_stream(G_IO_STREAM(connection_.get())));
    return static_cast<std::size_t>(std::max<gssize>(
        0, g_pollable_output_stream_write_nonblocking(stream, bytes, size, nullptr, nullptr)));
  }

  // What came since the last call.
  std::string read() {
    auto* stream =
        G_POLLABLE_INPUT_STREAM(g_io_stream_get_input_stream(G_IO_STREAM(connection_.get())));
    std::array<char, 4096> bytes;
    GError* raw_error = nullptr;
    const gssize size = g_pollable_input_stream_read_nonblocking(stream, bytes.data(), bytes.size(),
                                                                 nullptr, &raw_error);
    const GErrorPtr error(raw_error);
    is_ended_ = size <= 0 && !g_error_matches(error.get(), G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
    return {bytes.data(), static_cast<std::size_t>(std::max<gssize>(0, size))};
  }

  // Whether the last read() found that the server has closed.
  bool is_ended() const { return is_ended_; }

  void open_websocket() {
    write(
        "GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
  }

 private:
  Ref<GSocketConnection> connection_;
  bool is_ended_ = false;
};

// The first bytes of frames: opcode and FIN (RFC 6455, section 5.2).
constexpr int whole_text = 0x81;
constexpr int first_text_fragment = 0x01;
constexpr int middle_fragment = 0x00;
constexpr int last_fragment = 0x80;
constexpr int close_frame = 0x88;
constexpr int ping = 0x89;
constexpr int pong = 0x8a;

// A frame of a client, masked with zeros. The payload has less than 64 KiB.
inline std::string frame(int opcode_and_fin, const std::string& payload = "") {
  const auto size = static_cast<unsigned>(payload.size());
  std::string header;
  header += static_cast<char>(opcode_and_fin);
  if (size < 126) {
    header += static_cast<char>(0x80 | size);
  } else {
    header += static_cast<char>(0x80 | 126);
    header += static_cast<char>(size >> 8);
    header += static_cast<char>(size & 255);
  }
  header += std::string(4, '\0');
  return header + payload;
}

}  // namespace tessera::signalling
