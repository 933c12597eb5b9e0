#pragma once

#include <libsoup/soup.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/event_loop.h"
#include "signalling/meetings.h"

namespace tessera::signalling {

// WHIP (RFC 9725): who publishes to a room by HTTP, as OBS does. A POST to /whip/ROOM brings an
// offer, and the response the answer, with all candidates. What it made is a session at
// /whip/ROOM/ID, a participant of the room: PATCH brings further candidates, DELETE ends it.
// It ends by itself when the media's connection does.
//
// On the control thread.
class Whip {
 public:
  static constexpr std::size_t longest_body = std::size_t{64} * 1024;

  explicit Whip(Meetings& meetings);
  ~Whip();
  Whip(const Whip&) = delete;
  Whip& operator=(const Whip&) = delete;

  // Answers a request for anything from /whip on, at once or when the answer is there. `path` is
  // what follows /whip.
  void handle(SoupServerMessage* message, std::string_view path, GHashTable* query);

  // Sends everybody away; they are gone when is_idle().
  void stop();
  bool is_idle() const { return sessions_.empty(); }

 private:
  class Session;

  void start_session(SoupServerMessage* message, const std::string& room, GHashTable* query);
  void handle_room(SoupServerMessage* message, const std::string& room, GHashTable* query);
  void handle_session(SoupServerMessage* message, std::string_view room, std::string_view id);
  void forget(const std::string& id);

  Meetings& meetings_;
  std::vector<std::unique_ptr<Session>> sessions_;
  Anchor anchor_;
};

}  // namespace tessera::signalling
