#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "integration/meeting.h"
#include "peer/offers.h"
#include "support/http.h"
#include "support/log_lines.h"

namespace tessera::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

Request offer_to(const std::string& path, const std::string& sdp) {
  return {.method = "POST", .path = path, .type = "application/sdp", .body = sdp};
}

Request candidates_for(const std::string& session, const std::string& candidate) {
  return {.method = "PATCH",
          .path = session,
          .type = "application/trickle-ice-sdpfrag",
          .body = "m=audio 9 RTP/AVP 0\r\na=mid:0\r\na=" + candidate + "\r\n",
          .headers = {{"If-Match", "\"1\""}}};
}

// As those who publish or watch send it, but for candidates.
std::string good_offer(const std::string& direction) {
  return peer::with(peer::offer_of("chromium"), "a=sendrecv", "a=" + direction);
}

// What the meeting itself says of requests of WHIP and WHEP: beside what tests/signalling asks.
class WhipWhepMeetingTest : public Meeting {
 protected:
  WhipWhepMeetingTest() : Meeting({.max_rooms = 2, .max_participants = 2}) {}

  void hold(const std::vector<Exchange>& table) {
    for (const Exchange& row : table) EXPECT_EQ(faults_of(row, ask(url(), row.request)), "");
  }
};

std::vector<Exchange> offers_of(const std::string& path, const std::string& good) {
  const auto refused = [&](const char* what, const std::string& sdp, guint status,
                           const char* code) {
    return Exchange{what, offer_to(path, sdp), status, code};
  };
  return {
      refused("an empty offer", "", 400, "invalid_sdp"),
      refused("rubbish", "rubbish", 400, "invalid_sdp"),
      refused("binary rubbish", std::string("v=0\0\1\2", 6), 400, "invalid_sdp"),
      refused("long rubbish", std::string(60'000, 'a'), 400, "invalid_sdp"),
      refused("no ICE", peer::without(good, "a=ice-pwd"), 400, "invalid_sdp"),
      refused("no fingerprint", peer::without(good, "a=fingerprint"), 400, "invalid_sdp"),
      refused("no media", good.substr(0, good.find("m=")), 422, "no_media"),
      refused("a codec that isn't known", peer::with(good, "opus/48000/2", "SILK/24000"), 422,
              "unsupported_media"),
      {"a good offer", offer_to(path, good), 201, "", {{"Location", StartsWith(path + "/")}}},
  };
}

std::vector<Exchange> requests_of(const std::string& session) {
  const std::string reachable = "candidate:1 1 udp 2130706431 127.0.0.1 9 typ host";
  return {
      {"a candidate", candidates_for(session, reachable), 204},
      // RFC 9725, section 4.3.2: what can't be used is discarded in silence.
      {"one for TCP",
       candidates_for(session, "candidate:2 1 tcp 1518280447 127.0.0.1 9 typ host tcptype active"),
       204},
      {"one of a hidden address",
       candidates_for(session, "candidate:3 1 udp 1 4f2b8a8e-1c2d.local 9 typ host"), 204},
      {"rubbish", candidates_for(session, "candidate:rubbish"), 400, "invalid_candidate"},
      {"another after that", candidates_for(session, reachable), 204},
      {"its end", {.method = "DELETE", .path = session}, 200},
      {"its end again", {.method = "DELETE", .path = session}, 404, "unknown_session"},
  };
}

TEST_F(WhipWhepMeetingTest, AnswersWhoPublishes) {
  hold(offers_of("/whip/room", good_offer("sendonly")));
  const Response response = ask(url(), offer_to("/whip/room", good_offer("sendonly")));
  hold(requests_of(response.header("Location")));
}

TEST_F(WhipWhepMeetingTest, AnswersWhoWatches) {
  const std::string good = good_offer("recvonly");
  hold({{"no such room", offer_to("/whep/room", good), 404, "unknown_room"},
        {"a room that can't be", offer_to("/whep/no%20room", good), 404, "unknown_room"},
        {"no room", offer_to("/whep", good), 404, "unknown_room"}});
  const auto ada = join({.name = "Ada"});
  hold(offers_of("/whep/room", good));
  hold({{"in percent-encoding", offer_to("/whep/ro%6Fm", good), 201}});
  const Response response = ask(url(), offer_to("/whep/room/", good));
  hold(requests_of(response.header("Location")));
}

TEST_F(WhipWhepMeetingTest, SaysWhenAllIsTaken) {
  const std::string good = good_offer("sendonly");
  const auto full = [&](const char* what, const std::string& path, const char* code) {
    return Exchange{what, offer_to(path, good), 503, code, {{"Retry-After", Not(IsEmpty())}}};
  };
  hold({{"the first", offer_to("/whip/room", good), 201},
        {"the second", offer_to("/whip/room", good), 201},
        full("the third", "/whip/room", "room_full"),
        {"who watches isn't counted", offer_to("/whep/room", good_offer("recvonly")), 201},
        {"another room", offer_to("/whip/other", good), 201},
        full("one room too many", "/whip/more", "server_full")});
}

TEST_F(WhipWhepMeetingTest, EndsForWhoFollowsAParticipantAsForAllWithTheServer) {
  const auto ada = join({.name = "Ada"});
  hold({{"who follows", offer_to("/whep/room/" + ada->id(), good_offer("recvonly")), 201}});
  const LogLines lines("mcu");
  stop();
  EXPECT_THAT(lines.with("dismissed room=room follower="),
              ElementsAre(HasSubstr("code=shutting_down")));
}

}  // namespace
}  // namespace tessera::test
