#include "egress/relay.h"

#include <array>
#include <thread>

namespace tessera::test {
namespace {

void shut(GIOStream* stream) {
  g_socket_shutdown(g_socket_connection_get_socket(G_SOCKET_CONNECTION(stream)), TRUE, TRUE,
                    nullptr);
}

}  // namespace

Relay::Relay(int server_port)
    : server_port_(server_port),
      cancel_(Ref<GCancellable>::adopt(g_cancellable_new())),
      service_(Ref<GSocketService>::adopt(g_threaded_socket_service_new(20))) {
  const auto loopback = Ref<GInetAddress>::adopt(g_inet_address_new_loopback(G_SOCKET_FAMILY_IPV4));
  const auto any = Ref<GSocketAddress>::adopt(g_inet_socket_address_new(loopback.get(), 0));
  GSocketAddress* raw_address = nullptr;
  g_socket_listener_add_address(G_SOCKET_LISTENER(service_.get()), any.get(), G_SOCKET_TYPE_STREAM,
                                G_SOCKET_PROTOCOL_TCP, nullptr, &raw_address, nullptr);
  const auto address = Ref<GSocketAddress>::adopt(raw_address);
  port_ = g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(address.get()));
  g_signal_connect(service_.get(), "run",
                   G_CALLBACK(+[](GThreadedSocketService*, GSocketConnection* client, GObject*,
                                  gpointer relay) -> gboolean {
                     static_cast<Relay*>(relay)->serve(client);
                     return TRUE;
                   }),
                   this);
}

Relay::~Relay() {
  g_socket_service_stop(service_.get());
  g_socket_listener_close(G_SOCKET_LISTENER(service_.get()));
  g_signal_handlers_disconnect_by_data(service_.get(), this);
  g_cancellable_cancel(cancel_.get());
  std::unique_lock lock(mutex_);
  is_ending_ = true;
  changed_.notify_all();
  changed_.wait(lock, [this] { return connections_ == 0; });
}

void Relay::hold_back() {
  const std::lock_guard lock(mutex_);
  passes_ = false;
}

void Relay::let_pass() {
  const std::lock_guard lock(mutex_);
  passes_ = true;
  changed_.notify_all();
}

bool Relay::may_pass() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return passes_ || is_ending_; });
  return !is_ending_;
}

void Relay::serve(GSocketConnection* client) {
  {
    const std::lock_guard lock(mutex_);
    if (is_ending_) return;
    ++connections_;
  }
  const auto connector = Ref<GSocketClient>::adopt(g_socket_client_new());
  const auto server = Ref<GSocketConnection>::adopt(g_socket_client_connect_to_host(
      connector.get(), "127.0.0.1", static_cast<guint16>(server_port_), cancel_.get(), nullptr));
  if (server) {
    std::thread back([&] { pump(G_IO_STREAM(server.get()), G_IO_STREAM(client)); });
    pump(G_IO_STREAM(client), G_IO_STREAM(server.get()));
    back.join();
  }
  const std::lock_guard lock(mutex_);
  --connections_;
  changed_.notify_all();
}

void Relay::pump(GIOStream* from, GIOStream* to) {
  std::array<char, 4096> bytes{};
  for (;;) {
    const gssize count = g_input_stream_read(g_io_stream_get_input_stream(from), bytes.data(),
                                             bytes.size(), cancel_.get(), nullptr);
    if (count <= 0 || !may_pass()) break;
    if (!g_output_stream_write_all(g_io_stream_get_output_stream(to), bytes.data(),
                                   static_cast<gsize>(count), nullptr, cancel_.get(), nullptr)) {
      break;
    }
  }
  shut(from);
  shut(to);
}

}  // namespace tessera::test
