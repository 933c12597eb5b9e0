#pragma once

#include <libsoup/soup.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "signalling/http_session.h"
#include "signalling/meetings.h"

namespace tessera::signalling {

// WHIP (RFC 9725): who publishes to a room by HTTP, as OBS does; and WHEP
// (draft-ietf-wish-whep): who plays it so, or one participant's own stream. A POST to /whip/ROOM,
// /whep/ROOM or /whep/ROOM/PARTICIPANT brings an offer, and the response the answer, with the
// candidates of the first 2 s. What it made is a session at that address with /ID behind: PATCH
// brings further candidates, DELETE ends it. It ends by itself when the media's connection does.
//
// On the control thread.
class HttpSessions {
 public:
  explicit HttpSessions(Meetings& meetings) : meetings_(meetings) {}
  HttpSessions(const HttpSessions&) = delete;
  HttpSessions& operator=(const HttpSessions&) = delete;

  // Answers a request for anything from /whip or /whep on, at once or when the answer is there.
  void handle(SoupServerMessage* message, std::string_view path, GHashTable* query);

  // Sends everybody away; they are gone when is_idle().
  void stop();
  bool is_idle() const { return sessions_.empty(); }

 private:
  struct Address;
  static std::optional<Address> read(std::string_view path);
  void handle_endpoint(SoupServerMessage* message, const Address& address, GHashTable* query);
  void handle_session(SoupServerMessage* message, std::string_view path);
  HttpSession* find(std::string_view path) const;
  void publish(SoupServerMessage* message, const Address& address, GHashTable* query);
  void play(SoupServerMessage* message, const Address& address);
  void start_session(SoupServerMessage* message, const Address& address,
                     const HttpSession::Enter& enter, const std::string& offer);
  void forget(const HttpSession& session);

  Meetings& meetings_;
  std::vector<std::unique_ptr<HttpSession>> sessions_;
};

}  // namespace tessera::signalling
