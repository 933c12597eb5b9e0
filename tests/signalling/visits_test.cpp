#include "signalling/visits.h"

#include <glib/gstdio.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "signalling/raw_client.h"
#include "signalling/server_fixture.h"

namespace tessera::signalling {
namespace {

namespace fs = std::filesystem;

using test::wait_until;
using namespace std::chrono_literals;

const std::string ask_for_health = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
const std::string get_page = "GET / HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n\r\n";

// Of this process, and so of the server and its clients (proc(5)).
std::ptrdiff_t open_files() {
  return std::distance(fs::directory_iterator("/proc/self/fd"), fs::directory_iterator());
}

class VisitsTest : public ServerTest {
 protected:
  // What the server says until it closes.
  static std::string read_all(RawClient& client) {
    std::string all;
    EXPECT_TRUE(wait_until([&] {
      for (std::string some = client.read(); !some.empty(); some = client.read()) all += some;
      return client.is_ended();
    }));
    return all;
  }
};

TEST_F(VisitsTest, EndWithTheAnswer) {
  start({.web_client = TESSERA_SOURCE_DIR "/web-client"});
  for (const char* path : {"/", "/healthz", "/nothing", "/ws"}) {
    EXPECT_EQ(request("GET", path).header("Connection"), "close") << path;
    RawClient client(server_->url());
    client.write("GET " + std::string(path) +
                 " HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_NE(read_all(client).find("\r\nConnection: close\r\n"), std::string::npos) << path;
  }
}

TEST_F(VisitsTest, LeaveNoFileOpen) {
  start({.web_client = TESSERA_SOURCE_DIR "/web-client"});
  request("GET", "/");
  const std::ptrdiff_t before = open_files();
  for (int i = 0; i < 50; ++i) {
    RawClient client(server_->url());
    client.write(get_page);
    std::string answer;
    ASSERT_TRUE(wait_until([&] {
      answer += client.read();
      return answer.find("</html>") != std::string::npos;
    }));
    EXPECT_EQ(request("GET", "/").status, 200U);
  }
  EXPECT_TRUE(wait_until([&] { return open_files() == before; })) << open_files() - before;
}

TEST_F(VisitsTest, ThatTheClientEndsEarlyLeaveNoFileOpen) {
  start();
  request("GET", "/healthz");
  const std::ptrdiff_t before = open_files();
  for (const std::string& part : {std::string(), get_page.substr(0, 10), get_page}) {
    for (int i = 0; i < 10; ++i) RawClient(server_->url()).write(part);
  }
  EXPECT_TRUE(wait_until([&] { return open_files() == before; }, 5s)) << open_files() - before;
}

TEST_F(VisitsTest, ThatAskForNothingAreEnded) {
  start({.visits = {.to_ask = 200ms}});
  const std::vector<std::string> parts = {
      "", "GET / HT", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345",
      "GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"};
  request("GET", "/healthz");  // GLib opens files of its own the first time.
  for (const std::string& part : parts) {
    const std::ptrdiff_t before = open_files();
    RawClient client(server_->url());
    client.write(part);
    const TimePoint start = Clock::now();
    read_all(client);
    EXPECT_GE(Clock::now() - start, 190ms) << part;
    EXPECT_LT(Clock::now() - start, 5s) << part;
    EXPECT_TRUE(wait_until([&] { return open_files() == before + 1; })) << part;
  }
}

TEST_F(VisitsTest, ThatAskTooSlowlyAreEnded) {
  start({.visits = {.to_ask = 500ms}});
  RawClient client(server_->url());
  EXPECT_TRUE(wait_until([&] {
    client.write("x");
    test::observe(50ms);
    client.read();
    return client.is_ended();
  }));
}

TEST_F(VisitsTest, ThatDoNotTakeTheirAnswerAreEnded) {
  const CString folder(g_dir_make_tmp("tessera-visits-XXXXXX", nullptr));
  std::ofstream(fs::path(folder.get()) / "index.html") << std::string(std::size_t{32} << 20, 'x');
  start({.web_client = folder.get(), .visits = {.to_take_answer = 200ms}});
  request("GET", "/healthz");
  const std::ptrdiff_t before = open_files();
  RawClient client(server_->url());
  client.write(get_page);
  ASSERT_TRUE(wait_until([&] { return open_files() == before + 2; }));
  EXPECT_TRUE(wait_until([&] { return open_files() == before + 1; }));
  EXPECT_LT(read_all(client).size(), std::size_t{32} << 20);
  fs::remove_all(folder.get());
}

TEST_F(VisitsTest, BeyondTheBoundWaitForTheirTurn) {
  start({.visits = {.at_once = 2}});
  auto socket = connect();  // No visit any more.
  auto first = std::make_unique<RawClient>(server_->url());
  const RawClient second(server_->url());
  RawClient third(server_->url());
  third.write(ask_for_health);
  test::observe(200ms);
  EXPECT_EQ(third.read(), "");
  EXPECT_FALSE(third.is_ended());
  EXPECT_TRUE(socket->is_open());
  first.reset();
  EXPECT_TRUE(read_all(third).starts_with("HTTP/1.1 200"));
}

TEST_F(VisitsTest, ThatSayNothingKeepNobodyOut) {
  start({.visits = {.at_once = 2}});
  const RawClient first(server_->url());
  const RawClient second(server_->url());
  RawClient third(server_->url());
  third.write(ask_for_health);
  const TimePoint before = Clock::now();
  EXPECT_TRUE(read_all(third).starts_with("HTTP/1.1 200"));
  EXPECT_LT(Clock::now() - before, 5s);  // Of the ten that they have.
}

TEST_F(VisitsTest, AreTakenAgainWhenThereAreFilesForThemAgain) {
  start();
  RawClient waiting(server_->url());
  rlimit limit = {};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  rlimit none = limit;
  const int lowest_free = dup(0);
  close(lowest_free);
  none.rlim_cur = static_cast<rlim_t>(lowest_free);
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
  test::observe(200ms);
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
  waiting.write(ask_for_health);
  EXPECT_TRUE(read_all(waiting).starts_with("HTTP/1.1 200"));
}

TEST_F(VisitsTest, NoneIsTakenAfterTheStop) {
  start();
  const std::string url = server_->url();
  server_->stop();
  EXPECT_EQ(request("GET", "/healthz").status, 0U);
  EXPECT_EQ(server_->url(), url);
}

}  // namespace
}  // namespace tessera::signalling
