#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "support/client.h"
#include "support/host.h"
#include "support/server_process.h"
#include "support/sinks.h"
#include "support/temporary_folder.h"
#include "support/wait.h"
#include "support/websocket.h"

namespace tessera::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using namespace std::chrono_literals;

class ProgramSignalTest : public testing::TestWithParam<int> {};

TEST_P(ProgramSignalTest, EndsAllMeetingsInOrderWithStatus0) {
  ServerProcess server;
  const std::string url = server.url();
  ASSERT_THAT(url, testing::StartsWith("http://127.0.0.1:")) << server.log();
  Client ada(url, {.name = "Ada"});
  Client grace(url, {.room = "other", .name = "Grace"});
  WebSocket idle(url);
  ASSERT_TRUE(
      wait_until([&] { return ada.is_connected() && grace.is_connected() && idle.is_open(); }));
  server.signal(GetParam());
  EXPECT_EQ(server.exit_status(5s), 0) << server.log();
  ASSERT_TRUE(wait_until([&] { return ada.is_closed() && grace.is_closed() && idle.is_closed(); }));
  EXPECT_THAT(ada.error_codes(), ElementsAre("shutting_down"));
  EXPECT_THAT(grace.error_codes(), ElementsAre("shutting_down"));
  EXPECT_THAT(idle.error_codes(), ElementsAre("shutting_down"));
}

INSTANTIATE_TEST_SUITE_P(Program, ProgramSignalTest, testing::Values(SIGINT, SIGTERM, SIGHUP));

TEST(Program, SaysWhenItIsReadyAndNamesTheHostKeyThatItMadeUp) {
  ServerProcess server;
  const std::string url = server.url();
  const auto is_all = [&] { return std::ranges::count(server.output(), '\n') == 2; };
  ASSERT_TRUE(wait_until(is_all));
  EXPECT_THAT(server.output(), testing::StartsWith("Tessera is ready: " + url + "\n"));
  const std::string key = server.output().substr(server.output().rfind(' ') + 1, 32);
  EXPECT_EQ(key.find_first_not_of("0123456789abcdef"), std::string::npos) << server.output();
  EXPECT_EQ(Host(url, key).get("/api/rooms/hall/outputs").status, 404U);
}

TEST(Program, KeepsAHostKeyThatItWasGivenToItself) {
  ServerProcess server({"--host-key", "my-own-secret"});
  const std::string url = server.url();
  EXPECT_EQ(server.output(), "Tessera is ready: " + url + "\n");
  EXPECT_EQ(Host(url, "my-own-secret").get("/api/rooms/hall/outputs").status, 404U);
  EXPECT_EQ(Host(url, "another-secret").get("/api/rooms/hall/outputs").status, 401U);
  EXPECT_THAT(server.log(), testing::Not(HasSubstr("secret")));
}

TEST(Program, EndsWithStatus2AndOneSentenceForWrongOptions) {
  ServerProcess server({"--frame-rate", "a lot"});
  EXPECT_EQ(server.exit_status(), 2);
  EXPECT_EQ(server.log(),
            "tessera: --frame-rate must be a whole number from 1 to 60, not \"a lot\".\n");
  EXPECT_EQ(server.output(), "");
}

TEST(Program, EndsWithStatus1IfItCannotListen) {
  ServerProcess first;
  const std::string url = first.url();
  ServerProcess second({"--port", url.substr(url.rfind(':') + 1)});
  EXPECT_EQ(second.exit_status(), 1);
  EXPECT_THAT(second.log(), HasSubstr("tessera: Can't listen at 127.0.0.1 port "));
}

TEST(Program, TakesNoIceAddressOfAnotherMachine) {
  ServerProcess server({"--port", "0", "--ice-address", "127.0.0.1,192.0.2.1"});
  EXPECT_EQ(server.exit_status(), 2);
  EXPECT_THAT(server.log(), HasSubstr("--ice-address 192.0.2.1 is no address of this machine."));
}

// To run out of files would end all meetings.
TEST(Program, HoldsNoMorePeopleThanItHasOpenFilesFor) {
  const auto here = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  ServerProcess server({"-c", R"(ulimit -n 364 && exec "$0" "$@")", here / "tessera"}, {},
                       "/bin/sh");
  const std::string url = server.url();
  ASSERT_NE(url, "") << server.log();
  EXPECT_THAT(server.log(), HasSubstr("max_people=2 asked=1000 open_files=364"));
  std::vector<std::unique_ptr<WebSocket>> people;
  for (const std::string expected : {"joined", "joined", "error"}) {
    people.push_back(std::make_unique<WebSocket>(url));
    WebSocket& socket = *people.back();
    ASSERT_TRUE(wait_until([&] { return socket.is_open(); })) << server.log();
    socket.send({{"type", "join"}, {"room", "room"}, {"name", "Ada"}});
    ASSERT_TRUE(wait_until([&] { return !socket.latest(expected).is_null(); })) << expected;
  }
  EXPECT_THAT(people.back()->error_codes(), ElementsAre("server_full"));
}

TEST(Program, NamesThePackageOfAMissingPlugin) {
  const CString folder(g_dir_make_tmp("tessera-plugins-XXXXXX", nullptr));
  ServerProcess server({}, {{"GST_PLUGIN_SYSTEM_PATH_1_0", folder.get()},
                            {"GST_REGISTRY_1_0", std::string(folder.get()) + "/registry"}});
  EXPECT_EQ(server.exit_status(), 1);
  EXPECT_THAT(server.log(), HasSubstr("install the package gstreamer1.0-"));
  std::filesystem::remove_all(folder.get());
}

TEST(Program, EncodesWithACodecOnlyWhileSomebodyWatchesInIt) {
  ServerProcess server;
  const std::string url = server.url();
  Client keeps_the_room(url, {.name = "Ada", .video_codec = "H264", .decode = false});
  ASSERT_TRUE(wait_until([&] { return keeps_the_room.is_connected(); })) << server.log();
  const Colour colour{40, 160, 60};
  for (int visit = 1; visit <= 2; ++visit) {
    Client guest(url, {.name = "Grace", .video_codec = "VP8", .colour = colour});
    EXPECT_TRUE(wait_until([&] {
      const auto tile = guest.tile_of(guest.id());
      if (!tile) return false;
      const auto [x, y] = tile->middle();
      return is_near(guest.received().pixel(x, y), yuv(colour.red, colour.green, colour.blue));
    })) << server.log();
    EXPECT_EQ(server.times_logged("encoding started room=room codec=VP8"), visit);
    guest.leave();
    ASSERT_TRUE(wait_until([&] { return guest.is_closed(); }));
  }
}

TEST(Program, RemovesTheHlsOfServersThatWereKilledAndOfNoOthers) {
  const TemporaryFolder temporary;
  const auto start = [&] {
    return std::make_unique<ServerProcess>(
        std::vector<std::string>{"--host-key", "host-key"},
        ServerProcess::Environment{{"TMPDIR", temporary.path()}});
  };
  const auto folders = [&] {
    std::vector<std::string> names = names_in(temporary.path());
    std::erase_if(names, [](const auto& name) { return !name.starts_with("tessera-hls-"); });
    return names;
  };
  const auto send_hls = [](ServerProcess& server) {
    Host host(server.url(), "host-key");
    EXPECT_EQ(host.post("/api/rooms/room/outputs", {{"kind", "hls"}}).status, 201U);
    EXPECT_TRUE(wait_until([&] { return host.get("/hls/room/index.m3u8").status == 200U; }));
  };
  const auto living = start();
  send_hls(*living);
  const std::vector<std::string> of_the_living = folders();
  ASSERT_EQ(of_the_living.size(), 1U);
  const auto killed = start();
  send_hls(*killed);
  killed->signal(SIGKILL);
  killed->exit_status();
  ASSERT_EQ(folders().size(), 2U);
  // What is somebody else's.
  const TemporaryFolder other;
  std::filesystem::create_directory(other.path() / "kept");
  std::filesystem::create_directory_symlink(other.path(), temporary.path() / "tessera-hls-link");

  const auto next = start();
  ASSERT_NE(next->url(), "") << next->log();
  EXPECT_THAT(folders(), testing::UnorderedElementsAre(of_the_living.front(), "tessera-hls-link"));
  EXPECT_THAT(names_in(other.path()), ElementsAre("kept"));
  EXPECT_EQ(Host(living->url(), "host-key").get("/hls/room/index.m3u8").status, 200U);
  living->signal(SIGTERM);
  EXPECT_EQ(living->exit_status(), 0);
  EXPECT_THAT(folders(), ElementsAre("tessera-hls-link"));
}

TEST(Program, FindsItsFoldersWhereverItIsStartedFrom) {
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path("/");
  ServerProcess server;
  std::filesystem::current_path(before);
  EXPECT_NE(server.url(), "") << server.log();
}

}  // namespace
}  // namespace tessera::test
