#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "signalling/raw_client.h"
#include "signalling/server_fixture.h"
#include "support/sanitizers.h"

namespace tessera::signalling {
namespace {

using nlohmann::json;
using test::wait_until;
using namespace std::chrono_literals;

std::string repeat(const std::string& text, std::size_t size) {
  std::string all;
  while (all.size() < size) all += text;
  return all;
}

// A close frame of the server (RFC 6455, section 5.5.1).
std::string closing(int code, const std::string& reason) {
  return std::string{'\x88', static_cast<char>(2 + reason.size()), static_cast<char>(code >> 8),
                     static_cast<char>(code & 255)} +
         reason;
}

// A client that sends as fast as it can, on a thread of its own, until it is sent away.
class Flood {
 public:
  // First the one, then the other again and again.
  Flood(const std::string& url, const std::string& first, const std::string& again)
      : thread_([this, url, first, again] { run(url, first, repeat(again, 1 << 18)); }) {}
  ~Flood() { stop(); }
  Flood(const Flood&) = delete;
  Flood& operator=(const Flood&) = delete;

  bool is_ended() const { return is_ended_; }

  // Everything that the server said to it.
  const std::string& stop() {
    is_stopped_ = true;
    if (thread_.joinable()) thread_.join();
    return received_;
  }

 private:
  void run(const std::string& url, const std::string& first, const std::string& again) {
    RawClient client(url);
    client.open_websocket();
    while (received_.find("\r\n\r\n") == std::string::npos && !is_stopped_) {
      received_ += client.read();
    }
    client.write(first);
    std::size_t at = 0;
    while (!is_stopped_ && !is_ended_) {
      at += client.write_some(again.data() + at, again.size() - at);
      if (at == again.size()) at = 0;
      received_ += client.read();
      is_ended_ = received_.find(sent_away_) != std::string::npos || client.is_ended();
    }
  }

  const std::string sent_away_ = closing(4006, "too_many_messages");
  std::string received_;
  std::atomic<bool> is_stopped_ = false;
  std::atomic<bool> is_ended_ = false;
  std::thread thread_;
};

// A thread that is held is held for long.
constexpr Duration most = test::slowness * 1s;

struct FloodCase {
  const char* what;
  std::string first;
  std::string again;
};

class FloodTest : public ServerTest {
 protected:
  static constexpr Duration between_questions = 100ms;

  // The longest that somebody else had to wait for an answer, or the control thread was held, until
  // it ended, or the test gave up.
  static Duration longest_wait(test::WebSocket& other, const std::function<bool()>& ended) {
    Duration longest{};
    const TimePoint start = Clock::now();
    while (!ended() && Clock::now() - start < 5s) {
      const TimePoint asked = Clock::now();
      EXPECT_EQ(errors_after(other, join_message).back(), "already_joined");
      test::observe(between_questions);
      longest = std::max(longest, std::chrono::duration_cast<Duration>(Clock::now() - asked));
    }
    EXPECT_TRUE(other.is_open());
    return longest;
  }
};

TEST_F(FloodTest, OfAnyFrameIsEndedAndHoldsNobodyUp) {
  const std::vector<FloodCase> table = {
      {"pings", "", frame(ping)},
      {"pings with something in them", "", frame(ping, std::string(125, 'x'))},
      {"pongs", "", frame(pong)},
      {"tiny fragments", frame(first_text_fragment, "{"), frame(middle_fragment, " ")},
      {"empty fragments", frame(first_text_fragment), frame(middle_fragment)},
      {"empty messages", "", frame(whole_text)},
  };
  for (const auto& [what, first, again] : table) {
    start();
    auto other = connect_and_join();
    Flood flood(server_->url(), first, again);
    EXPECT_LT(longest_wait(*other, [&] { return flood.is_ended(); }), most) << what;
    EXPECT_TRUE(flood.is_ended()) << what;
    const std::string& received = flood.stop();
    EXPECT_NE(received.find("\"code\":\"too_many_messages\""), std::string::npos) << what;
    EXPECT_NE(received.find(closing(4006, "too_many_messages")), std::string::npos) << what;
  }
}

TEST_F(FloodTest, OfARequestHoldsNobodyUp) {
  start({.visits = {.to_ask = 1s}});
  auto other = connect_and_join();
  bool is_ended = false;
  std::thread flood([url = server_->url(), &is_ended] {
    RawClient client(url);
    client.write("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
    const std::string again = repeat("1\r\nx\r\n", 1 << 18);
    std::size_t at = 0;
    const TimePoint start = Clock::now();
    while (!client.is_ended() && Clock::now() - start < 5s) {
      at += client.write_some(again.data() + at, again.size() - at);
      if (at == again.size()) at = 0;
      client.read();
    }
    post([&is_ended, ended = client.is_ended()] { is_ended = ended; });
  });
  EXPECT_LT(longest_wait(*other, [&] { return is_ended; }), most);
  flood.join();
  EXPECT_TRUE(wait_until([&] { return is_ended; }));
}

TEST_F(FloodTest, PingsNowAndThenAreNone) {
  start();
  RawClient client(server_->url());
  client.open_websocket();
  std::string received;
  for (int i = 0; i < 30; ++i) {
    const std::string payload = "ping " + std::to_string(i);
    client.write(frame(ping, payload));
    EXPECT_TRUE(wait_until([&] {
      received += client.read();
      return received.find(payload) != std::string::npos;
    })) << i;
  }
  EXPECT_FALSE(client.is_ended());
}

TEST_F(FloodTest, AsManyFramesAsAreAllowedAreNone) {
  start({.limits = {.frames_per_second = 0}});
  RawClient client(server_->url());
  client.open_websocket();
  client.write(repeat(frame(ping), 99 * frame(ping).size()) + frame(whole_text, "{"));
  std::string received;
  ASSERT_TRUE(wait_until([&] {
    received += client.read();
    return received.find("invalid_message") != std::string::npos;
  }));
  client.write(frame(pong));
  EXPECT_TRUE(wait_until([&] {
    received += client.read();
    return received.find("too_many_messages") != std::string::npos;
  }));
}

TEST_F(FloodTest, LargeMessagesAreNone) {
  start();
  json message = join_message;
  message["rest"] = std::string(60'000, 'x');
  auto socket = connect_and_join();
  for (int i = 0; i < 50; ++i) socket->send(message);
  ASSERT_TRUE(wait_until([&] { return socket->error_codes().size() == 50; }));
  EXPECT_EQ(std::ranges::count(socket->error_codes(), "already_joined"), 50);
  EXPECT_TRUE(socket->is_open());
}

TEST_F(FloodTest, AMessageInPartsIsNone) {
  start();
  RawClient client(server_->url());
  client.open_websocket();
  const std::string text = join_message.dump();
  std::string frames = frame(first_text_fragment, text.substr(0, 1));
  for (int i = 0; i < 30; ++i) frames += frame(middle_fragment, std::string(2'000, ' '));
  frames += frame(ping) + frame(last_fragment, text.substr(1));
  client.write(frames);
  EXPECT_TRUE(wait_until([&] { return journal_.client != nullptr; }));
}

// Whoever sends frames along with the handshake has them counted from the first one on.
TEST_F(FloodTest, FramesThatComeWithTheRequestCount) {
  start();
  RawClient client(server_->url());
  const std::string message = frame(whole_text, join_message.dump());
  client.write(
      "GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n" +
      message.substr(0, 10));
  ASSERT_TRUE(wait_until([&] { return !server_->is_idle(); }));
  client.write(message.substr(10));
  EXPECT_TRUE(wait_until([&] { return journal_.client != nullptr; }));
  client.write(repeat(frame(ping), 300 * frame(ping).size()));
  std::string received;
  EXPECT_TRUE(wait_until([&] {
    received += client.read();
    return received.find("too_many_messages") != std::string::npos;
  }));
}

}  // namespace
}  // namespace tessera::signalling
