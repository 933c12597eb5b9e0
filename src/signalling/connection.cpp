#include "signalling/connection.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/log.h"
#include "signalling/metered_stream.h"

namespace tessera::signalling {
namespace {

constexpr Duration check_interval = std::chrono::seconds(1);

// A client that doesn't answer the closing handshake is let go after this.
constexpr Duration closing_time = std::chrono::seconds(2);

constexpr int normal_closure = 1000;  // RFC 6455, section 7.4.1

// The close codes of README.md: these errors end a connection whenever they come.
std::optional<int> close_code_of(const Error& error) {
  static constexpr std::array<std::pair<std::string_view, int>, 9> codes = {
      {{"shutting_down", 1001},
       {"message_too_large", 1009},
       {"join_timeout", 4000},
       {"fingerprint_mismatch", 4001},
       {"connection_timeout", 4002},
       {"connection_lost", 4003},
       {"media_failure", 4004},
       {"replaced", 4005},
       {"too_many_messages", 4006}}};
  for (const auto& [code, number] : codes) {
    if (error.code == code) return number;
  }
  return std::nullopt;
}

// How many bytes of what was sent arrived since the connection began (tcp(7)). Only a broken socket
// doesn't tell, and libsoup says that it is one.
std::uint64_t bytes_acknowledged(GSocket* tcp) {
  tcp_info info = {};
  socklen_t size = sizeof(info);
  getsockopt(g_socket_get_fd(tcp), IPPROTO_TCP, TCP_INFO, &info, &size);
  return info.tcpi_bytes_acked;
}

Ref<SoupWebsocketConnection> websocket_over(GIOStream* stream, GUri* uri) {
  return Ref<SoupWebsocketConnection>::adopt(soup_websocket_connection_new(
      stream, uri, SOUP_WEBSOCKET_CONNECTION_SERVER, nullptr, nullptr, nullptr));
}

Error too_large() { return {"message_too_large", "A message has at most 64 KiB."}; }

}  // namespace

Connection::Connection(GIOStream* stream, GUri* uri, Ref<GSocket> tcp, Meetings& meetings,
                       const ConnectionLimits& limits)
    : stream_(meter(stream)),
      socket_(websocket_over(stream_.get(), uri)),
      tcp_(std::move(tcp)),
      meetings_(meetings),
      limits_(limits),
      allowance_(limits.burst_of_frames, limits.frames_per_second) {
  // No bound of libsoup's, which ends the connection without a word: look_at() has one.
  soup_websocket_connection_set_max_incoming_payload_size(socket_.get(), 0);
  const auto ping_seconds = std::chrono::ceil<std::chrono::seconds>(limits_.between_pings);
  soup_websocket_connection_set_keepalive_interval(socket_.get(),
                                                   static_cast<guint>(ping_seconds.count()));
  signals_.push_back(Signal::connect<void(gconstpointer, gsize)>(
      g_io_stream_get_input_stream(stream_.get()), "handed-out",
      [this](gconstpointer bytes, gsize size) {
        look_at({static_cast<const char*>(bytes), size});
      }));
  signals_.push_back(Signal::connect<void(gint, GBytes*)>(
      socket_.get(), "message", [this](gint type, GBytes* bytes) {
        gsize size = 0;
        const auto* text = static_cast<const char*>(g_bytes_get_data(bytes, &size));
        receive(static_cast<SoupWebsocketDataType>(type), {text, size});
      }));
  signals_.push_back(Signal::connect<void(GBytes*)>(
      socket_.get(), "pong", [this](GBytes*) { last_pong_ = Clock::now(); }));
  signals_.push_back(Signal::connect<void()>(socket_.get(), "closed", [this] { end(); }));
  deadline_.start_once(limits_.to_join, [this] {
    close({"join_timeout", "Nothing was joined within the time there is for it."});
  });
  check_timer_.start_repeating(check_interval, [this] { check(); });
}

Connection::~Connection() {
  signals_.clear();
  if (soup_websocket_connection_get_state(socket_.get()) == SOUP_WEBSOCKET_STATE_OPEN) {
    soup_websocket_connection_close(socket_.get(), SOUP_WEBSOCKET_CLOSE_GOING_AWAY, nullptr);
  }
}

void Connection::send_serialized(const std::string& message) {
  if (is_closing_) return;
  if (soup_websocket_connection_get_state(socket_.get()) != SOUP_WEBSOCKET_STATE_OPEN) return;
  sent_bytes_ += message.size();
  soup_websocket_connection_send_text(socket_.get(), message.c_str());
}

void Connection::close(const Error& error) {
  if (is_closing_) return;
  log("signalling").debug("connection closed code={}", error.code);
  send(error);
  close_with(close_code_of(error).value_or(normal_closure), error.code);
}

void Connection::report(const Error& error) {
  if (close_code_of(error)) return close(error);
  send(error);
}

void Connection::close_with(int close_code, const std::string& reason) {
  is_closing_ = true;
  deadline_.stop();
  throttle(stream_.get());  // Nothing but the client's own close is of interest any more.
  if (soup_websocket_connection_get_state(socket_.get()) == SOUP_WEBSOCKET_STATE_OPEN) {
    soup_websocket_connection_close(socket_.get(), static_cast<gushort>(close_code),
                                    reason.c_str());
  }
  // The seat may be what called.
  anchor_.handle().post([this] { give_up_seat(); });
  close_timer_.start_once(closing_time, [this] { end(); });
}

void Connection::give_up_seat() { seat_.reset(); }

// Before libsoup has them. It answers each ping at once, however many there are, and keeps all of a
// message until it ends.
void Connection::look_at(std::string_view bytes) {
  if (is_closing_ || is_refused_) return;
  const int frames = frames_.count(bytes);
  if (!allowance_.take(Clock::now(), frames)) {
    refuse({"too_many_messages", "These were more messages than a client may send."});
  } else if (std::max(frames_.message_bytes(), frames_.frame_bytes_left()) >
             2 * limits_.message_bytes) {
    refuse(too_large());
  }
}

// What is yet to come of this turn is ignored: libsoup, which is reading, can't be told to close.
void Connection::refuse(const Error& error) {
  is_refused_ = true;
  anchor_.handle().post([this, error] { close(error); });
}

void Connection::receive(SoupWebsocketDataType type, std::string_view text) {
  if (is_closing_ || is_refused_) return;
  if (text.size() > limits_.message_bytes) return close(too_large());
  if (type != SOUP_WEBSOCKET_DATA_TEXT) {
    return send(Error{"invalid_message", "Messages are text frames, not binary."});
  }
  const Result<ClientMessage> message = parse(text);
  if (!message) return send(message.error());
  const Result<void> done = act_on(*message);
  if (!done) report(done.error());
}

Result<void> Connection::act_on(const ClientMessage& message) {
  if (const auto* wish = std::get_if<Join>(&message)) return join(*wish);
  if (!seat_) return Error{"not_joined", "Join a room first."};
  if (const auto* wish = std::get_if<Offer>(&message)) return offer(*wish);
  if (const auto* candidate = std::get_if<Candidate>(&message)) return add_candidate(*candidate);
  if (const auto* media = std::get_if<Media>(&message)) {
    seat_->set_media(*media);
    return {};
  }
  close_with(normal_closure, "left");
  give_up_seat();
  return {};
}

Result<void> Connection::join(const Join& join) {
  if (seat_) return Error{"already_joined", "This connection is in a room already."};
  Result<std::unique_ptr<Seat>> seat = meetings_.join(join, *this);
  if (!seat) return seat.error();
  seat_ = std::move(*seat);
  if (is_closing_) return {};
  deadline_.start_once(limits_.to_offer, [this] {
    close({"connection_timeout", "No offer came within the time there is for it."});
  });
  return {};
}

Result<void> Connection::offer(const Offer& offer) {
  if (has_offered_) return Error{"already_offered", "An offer is negotiated once a connection."};
  const Result<void> accepted = seat_->offer(offer);
  has_offered_ = accepted.has_value();
  if (has_offered_) deadline_.stop();
  return accepted;
}

Result<void> Connection::add_candidate(const Candidate& candidate) {
  if (!has_offered_) return Error{"candidate_before_offer", "Candidates follow the offer."};
  return seat_->add_candidate(candidate);
}

// libsoup neither waits for pongs nor bounds what it keeps for a client that doesn't read, so both
// are looked after here.
void Connection::check() {
  if (is_closing_) return;
  if (Clock::now() - last_pong_ > limits_.without_pong) {
    return close({"connection_lost", "This client doesn't answer any more."});
  }
  const std::uint64_t sent = sent_bytes_ + frames_.pong_bytes();
  if (sent > bytes_acknowledged(tcp_.get()) + limits_.unread_bytes) {
    close({"connection_lost", "This client doesn't read what it is sent."});
  }
}

void Connection::end() {
  is_closing_ = true;
  deadline_.stop();
  check_timer_.stop();
  close_timer_.stop();
  give_up_seat();
  if (const auto ended = std::exchange(ended_, nullptr)) ended();
}

}  // namespace tessera::signalling
