#include "egress/tcp_socket.h"

#include <gio/gio.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <map>
#include <mutex>
#include <utility>

#include "base/event_loop.h"

namespace tessera {

template <>
struct Counting<GMainContext> {
  static void add(GMainContext* context) { g_main_context_ref(context); }
  static void drop(GMainContext* context) { g_main_context_unref(context); }
};

}  // namespace tessera

namespace tessera::egress {

struct TcpSocket::Made {
  std::mutex mutex;
  Ref<GSocket> socket;
  Ref<GMainContext> context;  // In which the sink waits for the socket.
};

namespace {

// In seconds: none at all, as a time-out, and not one that anybody else would set.
constexpr guint first_mark = 100'000'000;

struct Marks {
  std::mutex mutex;
  std::map<guint, std::weak_ptr<TcpSocket::Made>> made;
  guint next = first_mark;
};

// Never destroyed: sinks may connect while the program ends.
Marks& marks() {
  static auto* const marks = new Marks;
  return *marks;
}

std::shared_ptr<TcpSocket::Made> marked(guint mark) {
  const std::lock_guard lock(marks().mutex);
  const auto found = marks().made.find(mark);
  return found == marks().made.end() ? nullptr : found->second.lock();
}

// On the thread that connects.
gboolean client_event(GSignalInvocationHint*, guint, const GValue* values, gpointer) {
  if (g_value_get_enum(&values[1]) != G_SOCKET_CLIENT_CONNECTED) return TRUE;
  auto* client = G_SOCKET_CLIENT(g_value_get_object(&values[0]));
  const auto made = marked(g_socket_client_get_timeout(client));
  auto* connection = static_cast<GObject*>(g_value_get_object(&values[3]));
  if (!made || !G_IS_SOCKET_CONNECTION(connection)) return TRUE;
  const std::lock_guard lock(made->mutex);
  made->socket =
      Ref<GSocket>::share(g_socket_connection_get_socket(G_SOCKET_CONNECTION(connection)));
  made->context = Ref<GMainContext>::adopt(g_main_context_ref_thread_default());
  return TRUE;
}

void watch_clients() {
  static const gulong hook = [] {
    g_type_class_ref(G_TYPE_SOCKET_CLIENT);  // For good: it has the signal.
    return g_signal_add_emission_hook(g_signal_lookup("event", G_TYPE_SOCKET_CLIENT), 0,
                                      client_event, nullptr, nullptr);
  }();
  (void)hook;
}

// What is left of the sink's connection waits in its context for the socket, and for as long keeps
// itself and perhaps the sink: so it is told that there comes nothing more. On a worker.
void forget(GstElement* sink, TcpSocket::Made& made) {
  gst_element_set_state(sink,
                        GST_STATE_NULL);  // Its pipeline is on its way there; now it is there.
  const std::lock_guard lock(made.mutex);
  if (!made.socket) return;
  g_socket_shutdown(made.socket.get(), TRUE, TRUE, nullptr);
  // What other threads do for it, as closing, ends a moment later.
  for (int round = 0; round < 3; ++round) {
    while (g_main_context_iteration(made.context.get(), FALSE)) {
    }
    g_usleep(10'000);
  }
  made.socket = nullptr;
  made.context = nullptr;
}

guint mark(const std::shared_ptr<TcpSocket::Made>& made) {
  const std::lock_guard lock(marks().mutex);
  std::erase_if(marks().made, [](const auto& entry) { return entry.second.expired(); });
  marks().made[marks().next] = made;
  return marks().next++;
}

}  // namespace

TcpSocket::TcpSocket(const gst::Pipeline& pipeline, const std::string& element)
    : sink_(pipeline.element(element)), made_(std::make_shared<Made>()) {
  watch_clients();
  g_object_set(sink_.get(), "timeout", mark(made_), nullptr);
}

TcpSocket::~TcpSocket() {
  run_on_worker([sink = std::move(sink_), made = std::move(made_)] { forget(sink.get(), *made); });
}

std::optional<TcpSocket::Delivery> TcpSocket::delivery() const {
  const std::lock_guard lock(made_->mutex);
  if (!made_->socket) return std::nullopt;
  tcp_info info{};
  socklen_t size = sizeof(info);
  const int handle = g_socket_get_fd(made_->socket.get());
  if (getsockopt(handle, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return std::nullopt;
  return Delivery{info.tcpi_bytes_acked, info.tcpi_unacked > 0 || info.tcpi_notsent_bytes > 0};
}

}  // namespace tessera::egress
