#pragma once

#include <libsoup/soup.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/allowance.h"
#include "base/event_loop.h"
#include "base/ref.h"
#include "base/signal.h"
#include "base/units.h"
#include "signalling/frames.h"
#include "signalling/meetings.h"

namespace tessera::signalling {

struct ConnectionLimits {
  std::size_t message_bytes = std::size_t{64} * 1024;
  // Of frames: messages, fragments of them, pings and pongs.
  int burst_of_frames = 100;
  int frames_per_second = 20;
  Duration to_join = std::chrono::seconds(10);
  Duration to_offer = std::chrono::seconds(15);  // After joining.
  Duration between_pings = std::chrono::seconds(3);
  Duration without_pong = std::chrono::seconds(9);
  std::size_t unread_bytes = std::size_t{1} << 20;  // Sent and not yet taken by the client.
};

// One client's WebSocket: checks what it says and hands it on to its seat in a meeting.
//
// Whatever a client sends gets an error with a stable code (README.md), and at worst ends this
// connection. On the control thread.
class Connection : public Client {
 public:
  // `stream` carries the WebSocket's frames, from the first one on, `tcp` is the socket under it,
  // and `uri` what the client asked for.
  Connection(GIOStream* stream, GUri* uri, Ref<GSocket> tcp, Meetings& meetings,
             const ConnectionLimits& limits);
  ~Connection() override;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Called once, at the end of the socket; must not destroy the connection before the call
  // returned.
  void on_end(std::function<void()> callback) { ended_ = std::move(callback); }

  void send_serialized(const std::string& message) override;
  void close(const Error& error) override;

 private:
  void look_at(std::string_view bytes);
  void refuse(const Error& error);
  void receive(SoupWebsocketDataType type, std::string_view text);
  Result<void> act_on(const ClientMessage& message);
  Result<void> join(const Join& join);
  Result<void> offer(const Offer& offer);
  Result<void> add_candidate(const Candidate& candidate);
  void report(const Error& error);
  void close_with(int close_code, const std::string& reason);
  void give_up_seat();
  void check();
  void end();

  const Ref<GIOStream> stream_;  // Metered.
  const Ref<SoupWebsocketConnection> socket_;
  const Ref<GSocket> tcp_;
  Meetings& meetings_;
  const ConnectionLimits limits_;
  std::function<void()> ended_;

  FrameCounter frames_;
  Allowance allowance_;
  bool is_refused_ = false;
  bool has_offered_ = false;
  bool is_closing_ = false;
  TimePoint last_pong_ = Clock::now();
  std::uint64_t sent_bytes_ = 0;
  Timer deadline_;  // Of the client's next step: to join, then to make an offer.
  Timer check_timer_;
  Timer close_timer_;
  std::vector<Signal> signals_;
  std::unique_ptr<Seat> seat_;
  Anchor anchor_;
};

}  // namespace tessera::signalling
