#include "gst/runtime.h"

#include <gtest/gtest.h>
#include <openssl/rand.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <thread>

#include "base/log.h"
#include "gst/ref.h"

namespace tessera::gst {
namespace {

// As the tasks of a stopped pipeline do that has sent over DTLS.
void exit_while_users_of_openssl_end() {
  constexpr int users = 400;
  static std::atomic<int> ready = 0;
  static std::atomic<bool> may_end = false;
  for (int i = 0; i < users; ++i) {
    std::thread([] {
      unsigned char any = 0;
      RAND_bytes(&any, 1);
      ++ready;
      while (!may_end) std::this_thread::yield();
    }).detach();
  }
  while (ready < users) std::this_thread::yield();
  may_end = true;
  std::exit(0);
}

// As gst_pad_peer_query() does of a pad without a peer.
void warn_of_an_element_that_is_locked() {
  alarm(20);  // Ends what would hang.
  set_log_level("debug");
  gst_debug_set_default_threshold(GST_LEVEL_WARNING);
  const auto element = Ref<GstElement>::share(gst_element_factory_make("identity", "locked"));
  GST_OBJECT_LOCK(element.get());
  GST_WARNING_OBJECT(element.get(), "a warning");
  GST_OBJECT_UNLOCK(element.get());
  std::_Exit(0);
}

TEST(RuntimeDeathTest, GStreamerMayWarnOfAnObjectWhoseLockItHolds) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(warn_of_an_element_that_is_locked(), testing::ExitedWithCode(0),
              "object=locked text=\"a warning\"");
}

TEST(RuntimeDeathTest, AProgramMayEndWhileItsThreadsDo) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  for (int i = 0; i < 5; ++i) {
    EXPECT_EXIT(exit_while_users_of_openssl_end(), testing::ExitedWithCode(0), "");
  }
}

}  // namespace
}  // namespace tessera::gst
