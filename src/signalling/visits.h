#pragma once

#include <libsoup/soup.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <vector>

#include "base/event_loop.h"
#include "base/ref.h"
#include "base/signal.h"
#include "base/units.h"

namespace tessera::signalling {

struct VisitLimits {
  std::size_t at_once = 100;
  Duration to_ask = std::chrono::seconds(10);          // For a whole request.
  Duration to_take_answer = std::chrono::seconds(30);  // From then on.
};

// A TCP connection over which something is asked of the HTTP server, and that is no WebSocket yet.
struct Visit {
  Ref<GSocketConnection> tcp;
  Ref<GSocketAddress> client;
  TimePoint since = Clock::now();
  bool has_asked = false;
  bool is_spectator = false;
  Timer deadline;
  Signal body;     // Being read.
  Signal upgrade;  // To a WebSocket.
};

// The visits to the HTTP server: of a bounded number, and none for long. Whoever says nothing, or
// half a request, or doesn't take the answer, would otherwise hold an open file for ever.
//
// The server may close a visit as it likes. On the control thread.
class Visits {
 public:
  explicit Visits(const VisitLimits& limits) : limits_(limits) {}

  // Whether there are fewer than may be at once. If not, ends the oldest that has had a second and
  // asked for nothing yet, so that these can't keep others out.
  bool has_room();

  // The stream for SoupServer to read and write, metered; `client` is the address that it must be
  // given with it, that very object.
  Ref<GIOStream> add(const Ref<GSocketConnection>& tcp, const Ref<GSocketAddress>& client);

  // The visit that a message belongs to, until its end. Null if its time is over.
  Visit* find(SoupServerMessage* message);

  // Whether one who watches may: of visits that take long they have half at most, so that others
  // get through.
  bool admit_spectator(SoupServerMessage* message);

  // The whole request is there.
  void note_request(SoupServerMessage* message);

  // It is a WebSocket from now on. Returns the socket; null if its time is over.
  Ref<GSocket> remove(SoupServerMessage* message);

 private:
  void end(Visit* visit);
  void forget_closed();

  const VisitLimits limits_;
  std::vector<std::unique_ptr<Visit>> visits_;
};

}  // namespace tessera::signalling
