#include <gtest/gtest.h>

#include <chrono>

#include "base/event_loop.h"
#include "base/log.h"
#include "gst/runtime.h"
#include "support/wait.h"

namespace tessera::test {
namespace {

// GStreamer's DTLS keeps a connection until the timer for its first retransmission has run out (RFC
// 6347, section 4.2.4.1: one second), even if all else is gone, and tells nobody. That isn't a
// leak.
constexpr auto dtls_timer = std::chrono::milliseconds(1200);

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
    if (g_getenv("GST_TRACERS")) observe(dtls_timer);
    gst_deinit();
  }
};

[[maybe_unused]] testing::Environment* const environment =
    testing::AddGlobalTestEnvironment(new GStreamerEnvironment);

}  // namespace
}  // namespace tessera::test
