#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "egress/file_probe.h"
#include "support/client.h"
#include "support/host.h"
#include "support/server_process.h"
#include "support/sinks.h"
#include "support/temporary_folder.h"
#include "support/wait.h"

namespace tessera::test {

using namespace std::chrono_literals;
using nlohmann::json;

inline constexpr Colour red{200, 40, 40};
inline constexpr const char* outputs = "/api/rooms/room/outputs";

// What goes out of a meeting, and what comes in beside its people: the server as users start it.
class OutputsTest : public testing::Test {
 protected:
  OutputsTest() : host_((start(), url_), "host-key") {}

  void start(const std::vector<std::string>& further_options = {}) {
    std::vector<std::string> options = {"--host-key", "host-key",     "--canvas",
                                        "640x360",    "--recordings", folder_.path() / "recordings",
                                        "--media",    folder_.path()};
    options.insert(options.end(), further_options.begin(), further_options.end());
    server_ = std::make_unique<ServerProcess>(options);
    url_ = server_->url();
  }

  std::unique_ptr<Client> join(const ClientOptions& options) {
    auto client = std::make_unique<Client>(url_, options);
    EXPECT_TRUE(wait_until([&] { return client->is_connected(); })) << server_->log();
    return client;
  }

  // Starts it, and waits until it is in this state. Returns its address.
  std::string start_output(const json& request, const std::string& state) {
    const auto answer = host_.post(outputs, request);
    EXPECT_EQ(answer.status, 201U) << answer.body;
    const std::string id = answer.json().value("id", "");
    EXPECT_TRUE(is_soon(id, state)) << host_.get(outputs).body;
    return outputs + std::string("/") + id;
  }

  bool is_soon(const std::string& id, const std::string& state, Duration deadline = 10s) {
    return wait_until([&] { return output(id).value("state", "") == state; }, deadline);
  }

  json output(const std::string& id) {
    const json all = host_.get(outputs).json();
    for (const json& one : all.value("outputs", json::array())) {
      if (one.at("id") == id) return one;
    }
    return json::object();
  }

  std::vector<std::filesystem::path> recordings() const {
    std::vector<std::filesystem::path> files;
    for (const auto& file : std::filesystem::directory_iterator(folder_.path() / "recordings")) {
      files.push_back(file.path());
    }
    return files;
  }

  TemporaryFolder folder_;
  std::unique_ptr<ServerProcess> server_;
  std::string url_;
  Host host_;
};

// Of whatever brightness.
inline bool has_colour(const FileProbe::Frame& frame, const Colour& colour) {
  const Pixel wanted = yuv(colour.red, colour.green, colour.blue);
  return std::abs(frame.u - wanted.u) < 12 && std::abs(frame.v - wanted.v) < 12;
}

inline bool is_red(const FileProbe::Frame& frame) { return has_colour(frame, red); }

}  // namespace tessera::test
