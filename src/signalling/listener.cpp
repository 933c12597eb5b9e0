#include "signalling/listener.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <chrono>
#include <utility>

#include "base/log.h"

namespace tessera::signalling {
namespace {

constexpr Duration after_failure = std::chrono::seconds(1);
constexpr Duration until_room = std::chrono::milliseconds(20);

// Connections that the kernel keeps for us until we accept them: a whole meeting may come at once.
constexpr int backlog = 128;

// Null, and the reason, if it can't be.
Ref<GSocket> bound_to(GSocketAddress* address, GError** error) {
  const GSocketFamily family = g_socket_address_get_family(address);
  auto socket =
      Ref<GSocket>::adopt(g_socket_new(family, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error));
  if (!socket) return nullptr;
  if (family == G_SOCKET_FAMILY_IPV6) {
    g_socket_set_option(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, 1, nullptr);
  }
  // The connections inherit it (tcp(7)): messages are small, and none should wait for another.
  g_socket_set_option(socket.get(), IPPROTO_TCP, TCP_NODELAY, 1, nullptr);
  g_socket_set_blocking(socket.get(), FALSE);
  g_socket_set_listen_backlog(socket.get(), backlog);
  const bool listens = g_socket_bind(socket.get(), address, TRUE, error) != FALSE &&
                       g_socket_listen(socket.get(), error) != FALSE;
  return listens ? socket : nullptr;
}

}  // namespace

Result<std::unique_ptr<Listener>> Listener::listen(const std::string& address, int port,
                                                   Callbacks callbacks) {
  const auto wanted = Ref<GSocketAddress>::adopt(
      g_inet_socket_address_new_from_string(address.c_str(), static_cast<guint>(port)));
  GError* raw_error = nullptr;
  Ref<GSocket> socket = wanted ? bound_to(wanted.get(), &raw_error) : nullptr;
  const GErrorPtr error(raw_error);
  if (socket) {
    return std::unique_ptr<Listener>(new Listener(std::move(socket), std::move(callbacks)));
  }
  return Error{"cannot_listen", "Can't listen at " + address + " port " + std::to_string(port) +
                                    ": " + (error ? error->message : "that is no address") + "."};
}

Listener::Listener(Ref<GSocket> socket, Callbacks callbacks)
    : socket_(std::move(socket)), callbacks_(std::move(callbacks)) {
  watch();
}

int Listener::port() const {
  const auto address =
      Ref<GSocketAddress>::adopt(g_socket_get_local_address(socket_.get(), nullptr));
  return address ? g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(address.get())) : 0;
}

void Listener::watch() {
  source_ = Ref<GSource>::adopt(g_socket_create_source(socket_.get(), G_IO_IN, nullptr));
  const GSocketSourceFunc ready = [](GSocket*, GIOCondition, gpointer self) -> gboolean {
    static_cast<Listener*>(self)->accept();
    return G_SOURCE_CONTINUE;
  };
  g_source_set_callback(source_.get(), G_SOURCE_FUNC(ready), this, nullptr);
  g_source_attach(source_.get(), nullptr);
}

void Listener::ignore() {
  if (!source_) return;
  g_source_destroy(source_.get());
  source_ = nullptr;
}

void Listener::rest(Duration time) {
  ignore();
  rest_.start_once(time, [this] { watch(); });
}

void Listener::accept() {
  if (!callbacks_.has_room()) return rest(until_room);
  GError* raw_error = nullptr;
  const auto socket = Ref<GSocket>::adopt(g_socket_accept(socket_.get(), nullptr, &raw_error));
  const GErrorPtr error(raw_error);
  if (socket) {
    return callbacks_.accepted(
        Ref<GSocketConnection>::adopt(g_socket_connection_factory_create_connection(socket.get())));
  }
  // Whoever had come is gone again.
  if (g_error_matches(error.get(), G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK)) return;
  log("signalling").warn("can't accept a connection reason=\"{}\"", error->message);
  rest(after_failure);
}

}  // namespace tessera::signalling
