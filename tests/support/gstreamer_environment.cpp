#include <gtest/gtest.h>

#include "base/event_loop.h"
#include "base/log.h"
#include "gst/runtime.h"

namespace tessera::test {
namespace {

// Starts GStreamer when the tests run, not when CTest lists them, and ends it so that its leak
// tracer reports.
class GStreamerEnvironment : public testing::Environment {
 public:
  void SetUp() override {
    if (const char* level = g_getenv("TEST_LOG")) set_log_level(level);
    gst::start_gstreamer();
  }

  void TearDown() override {
    EXPECT_TRUE(wait_for_workers(std::chrono::seconds(10)));
    gst_deinit();
  }
};

[[maybe_unused]] testing::Environment* const environment =
    testing::AddGlobalTestEnvironment(new GStreamerEnvironment);

}  // namespace

}  // namespace tessera::test
