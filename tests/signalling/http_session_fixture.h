#pragma once

#include <cstddef>
#include <string>

#include "base/event_loop.h"
#include "signalling/server_fixture.h"

namespace tessera::signalling {

inline const std::string offer_sdp =
    "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=ice-ufrag:abcd\r\n"
    "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=ice-ufrag:abcd\r\n";
inline const std::string answer_sdp =
    "v=0\r\nm=audio 9 X 111\r\na=mid:0\r\nm=video 9 X 96\r\na=mid:1\r\n";
inline const std::string fragment =
    "a=ice-ufrag:abcd\r\na=ice-pwd:x\r\nm=audio 9 RTP/AVP 0\r\na=mid:0\r\n"
    "a=candidate:1 1 UDP 1 127.0.0.1 9 typ host\r\na=end-of-candidates\r\n";

inline Request offer_to(const std::string& path) {
  return {.method = "POST", .path = path, .type = "application/sdp", .body = offer_sdp};
}

inline Request patch(const std::string& location, const std::string& if_match) {
  return {.method = "PATCH",
          .path = location,
          .type = "application/trickle-ice-sdpfrag",
          .body = fragment,
          .headers = {{"If-Match", if_match}}};
}

class HttpSessionsTest : public ServerTest {
 protected:
  void SetUp() override { start({.allowed_origins = {"https://studio.example"}}); }

  // Makes the meeting answer as soon as it has the offer, and returns the client's response.
  Response publish(const Request& wish) {
    const std::size_t joined_and_offered = journal_.entries.size() + 2;
    answering_.start_repeating(std::chrono::milliseconds(5), [this, joined_and_offered] {
      if (journal_.entries.size() < joined_and_offered) return;
      answering_.stop();
      journal_.client->send(Answer{answer_sdp});
      journal_.client->send(Candidate{"candidate:7 1 UDP 1 127.0.0.1 4 typ host", 0});
      if (completes_) journal_.client->send(Candidate{"", 0});
    });
    Response response = request(wish);
    answering_.stop();
    return response;
  }

  bool completes_ = true;
  Timer answering_;
};

}  // namespace tessera::signalling
