#pragma once

#include <libsoup/soup.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/event_loop.h"
#include "base/ref.h"
#include "base/result.h"
#include "signalling/meetings.h"

namespace tessera::signalling {

inline constexpr const char* sdp_type = "application/sdp";
inline constexpr const char* fragment_type = "application/trickle-ice-sdpfrag";

// One session of WHIP or WHEP: a client of a meeting that has no WebSocket. Of all that the meeting
// tells it, it can pass on only the answer, and that once. On the control thread.
class HttpSession : public Client {
 public:
  // Joins or watches.
  using Enter = std::function<Result<std::unique_ptr<MediaSession>>(Client&)>;

  // `message` is the POST, which it answers by and by; the session's address will be `collection`
  // and its id. `ended` is called once, later than what ended it; it may destroy the session.
  HttpSession(SoupServerMessage* message, std::string collection,
              std::vector<IceServer> ice_servers, std::function<void(const HttpSession&)> ended);

  // Any error; then fail() has to follow.
  Result<void> start(const Enter& enter, const std::string& offer);

  // Answers the POST with an error instead; of no use from then on.
  void fail(const Error& error);

  // Takes a PATCH's candidates and answers it.
  void patch(SoupServerMessage* message);

  void end_soon();

  void send(const ServerMessage& message) override;
  void send_serialized(const std::string&) override {}
  void close(const Error& error) override;

  // Its path, for as long as it hasn't ended.
  bool is_at(std::string_view path) const { return !has_ended_ && path == collection_ + "/" + id_; }
  bool is_connected() const { return is_connected_; }

 private:
  void answer_offer();
  void write_answer(SoupServerMessage* message) const;

  template <typename Write>
  void finish(Write write);

  Ref<SoupServerMessage> waiting_;  // For the answer.
  const std::string collection_;
  const std::string id_;
  const std::vector<IceServer> ice_servers_;
  const std::function<void(const HttpSession&)> ended_;
  std::string ufrag_;  // The client's.
  std::string answer_;
  std::vector<Candidate> candidates_;
  Timer gathering_;
  bool is_connected_ = false;
  bool has_ended_ = false;
  std::unique_ptr<MediaSession> media_;
  Anchor anchor_;
};

}  // namespace tessera::signalling
