#include "gst/runtime.h"

#include <gtest/gtest.h>
#include <openssl/rand.h>

#include <atomic>
#include <cstdlib>
#include <thread>

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

TEST(RuntimeDeathTest, AProgramMayEndWhileItsThreadsDo) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  for (int i = 0; i < 5; ++i) {
    EXPECT_EXIT(exit_while_users_of_openssl_end(), testing::ExitedWithCode(0), "");
  }
}

}  // namespace
}  // namespace tessera::gst
