#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "integration/meeting.h"
#include "support/sanitizers.h"
#include "support/websocket.h"

namespace tessera::test {
namespace {

using nlohmann::json;

const json join_message = {{"type", "join"}, {"room", "room"}, {"name", "Mallory"}};

json offer_of(const std::string& sdp) { return {{"type", "offer"}, {"sdp", sdp}}; }

// A sound offer up to its m-lines.
const std::string session =
    "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n";

std::string media(const std::string& m_line, const std::string& rest) {
  return session + m_line +
         "c=IN IP4 0.0.0.0\r\na=mid:0\r\na=sendrecv\r\na=rtcp-mux\r\na=setup:actpass\r\n"
         "a=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\n"
         "a=fingerprint:sha-256 "
         "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:"
         "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF\r\n" +
         rest;
}

const std::string opus =
    media("m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n", "a=rtpmap:111 opus/48000/2\r\n");

std::string without(const std::string& text, const std::string& attribute) {
  const std::size_t from = text.find("a=" + attribute);
  return text.substr(0, from) + text.substr(text.find('\n', from) + 1);
}

struct BadInput {
  const char* what;
  bool joined;
  std::vector<json> messages;  // A JSON string is sent as the text it holds.
  const char* code;
};

class BadInputTest : public Meeting {};

TEST_F(BadInputTest, GetsItsCodeAndHarmsNobody) {
  const json candidate = {{"type", "candidate"},
                          {"candidate", "candidate:1 1 udp 1 1.2.3.4 5 typ host"}};
  const json rubbish = {{"type", "candidate"}, {"candidate", "rubbish"}};
  const std::vector<BadInput> table = {
      {"half a JSON", true, {"{\"type\": \"off"}, "invalid_message"},
      {"an unknown type", true, {{{"type", "dance"}}}, "unknown_type"},
      {"an offer before joining", false, {offer_of(opus)}, "not_joined"},
      {"a second join", true, {join_message}, "already_joined"},
      {"a room with a bad name",
       false,
       {{{"type", "join"}, {"room", "a b"}, {"name", "M"}}},
       "invalid_room"},
      {"a blank name",
       false,
       {{{"type", "join"}, {"room", "room"}, {"name", " "}}},
       "invalid_name"},
      {"candidates before the offer", true, {candidate}, "candidate_before_offer"},
      {"an SDP of rubbish", true, {offer_of("rubbish")}, "invalid_sdp"},
      {"an SDP of binary rubbish",
       true,
       {offer_of(std::string("v=0\0\x01\x02", 6))},
       "invalid_sdp"},
      {"an empty SDP", true, {offer_of("")}, "invalid_sdp"},
      {"a long SDP of rubbish", true, {offer_of(std::string(50'000, 'a'))}, "invalid_sdp"},
      {"an offer without media", true, {offer_of(session)}, "no_media"},
      {"an offer without ICE", true, {offer_of(without(opus, "ice-pwd"))}, "invalid_sdp"},
      {"an offer without a fingerprint",
       true,
       {offer_of(without(opus, "fingerprint"))},
       "invalid_sdp"},
      {"an offer of a codec that isn't known",
       true,
       {offer_of(media("m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n", "a=rtpmap:0 PCMU/8000\r\n"))},
       "unsupported_media"},
      {"a data channel",
       true,
       {offer_of(
           media("m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n", "a=sctp-port:5000\r\n"))},
       "unsupported_media"},
      {"a candidate of rubbish", true, {offer_of(opus), rubbish}, "invalid_candidate"},
      {"a second offer", true, {offer_of(opus), offer_of(opus)}, "already_offered"},
  };
  auto ada = join({.name = "Ada", .colour = red, .tone_hz = 440});
  auto grace = join({.name = "Grace", .colour = blue, .tone_hz = 1000});
  ASSERT_TRUE(soon_sees(*ada, grace->id(), blue));
  ASSERT_TRUE(soon_hears(*ada, {1000}, {440}));
  ada->received().start_measuring();

  for (const BadInput& bad : table) {
    WebSocket socket(url());
    ASSERT_TRUE(wait_until([&] { return socket.is_open(); })) << bad.what;
    if (bad.joined) socket.send(join_message);
    for (const json& message : bad.messages) {
      if (message.is_string()) {
        socket.send_text(message.get<std::string>());
      } else {
        socket.send(message);
      }
    }
    EXPECT_TRUE(wait_until([&] { return !socket.error_codes().empty(); })) << bad.what;
    EXPECT_THAT(socket.error_codes(), testing::ElementsAre(bad.code)) << bad.what;
    EXPECT_FALSE(socket.latest("error").value("message", "").empty()) << bad.what;
    EXPECT_TRUE(socket.is_open()) << bad.what;
  }

  EXPECT_LT(ada->received().longest_freeze(), slowness * std::chrono::milliseconds(500));
  EXPECT_TRUE(soon_sees(*ada, grace->id(), blue));
  EXPECT_TRUE(soon_hears(*ada, {1000}, {440}));
  EXPECT_TRUE(wait_until([&] { return ada->participants().size() == 2; }));
}

TEST_F(BadInputTest, BinaryAndOversizedMessagesToo) {
  WebSocket binary(url());
  ASSERT_TRUE(wait_until([&] { return binary.is_open(); }));
  binary.send_binary(std::string("\0\1\2", 3));
  ASSERT_TRUE(wait_until([&] { return !binary.error_codes().empty(); }));
  EXPECT_THAT(binary.error_codes(), testing::ElementsAre("invalid_message"));
  binary.send(join_message);
  EXPECT_TRUE(wait_until([&] { return !binary.latest("joined").is_null(); }));

  WebSocket large(url());
  ASSERT_TRUE(wait_until([&] { return large.is_open(); }));
  large.send_text(std::string(64 * 1024 + 1, ' '));
  ASSERT_TRUE(wait_until([&] { return large.is_closed(); }));
  EXPECT_THAT(large.error_codes(), testing::ElementsAre("message_too_large"));
}

TEST_F(BadInputTest, ACorrectedOfferIsTaken) {
  auto client = join({.name = "Ada"});
  WebSocket socket(url());
  ASSERT_TRUE(wait_until([&] { return socket.is_open(); }));
  socket.send(join_message);
  socket.send(offer_of("rubbish"));
  socket.send(offer_of(opus));
  EXPECT_TRUE(wait_until([&] { return !socket.latest("answer").is_null(); }));
  EXPECT_THAT(socket.error_codes(), testing::ElementsAre("invalid_sdp"));
}

}  // namespace
}  // namespace tessera::test
