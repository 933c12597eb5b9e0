#include <gtest/gtest.h>

#include <memory>

#include "base/event_loop.h"
#include "base/units.h"
#include "support/wait.h"

namespace tessera {
namespace {

using std::chrono::milliseconds;
using test::wait_until;

// Runs the control thread until what was due within that time has happened: timers fire in the
// order of their times.
void let_pass(milliseconds time) {
  bool is_over = false;
  Timer end;
  end.start_once(time, [&] { is_over = true; });
  ASSERT_TRUE(wait_until([&] { return is_over; }));
}

TEST(Timer, CallsOnceAndNotBeforeItsTime) {
  int calls = 0;
  Timer timer;
  const TimePoint start = Clock::now();
  timer.start_once(milliseconds(50), [&] { ++calls; });
  EXPECT_TRUE(timer.is_running());
  EXPECT_EQ(calls, 0);
  ASSERT_TRUE(wait_until([&] { return calls > 0; }));
  EXPECT_GE(Clock::now() - start, milliseconds(49));
  EXPECT_FALSE(timer.is_running());
  let_pass(milliseconds(120));
  EXPECT_EQ(calls, 1);
}

TEST(Timer, CallsAgainAndAgainUntilItIsStopped) {
  int calls = 0;
  Timer timer;
  timer.start_repeating(milliseconds(5), [&] { ++calls; });
  ASSERT_TRUE(wait_until([&] { return calls >= 3; }));
  EXPECT_TRUE(timer.is_running());
  timer.stop();
  EXPECT_FALSE(timer.is_running());
  const int calls_then = calls;
  let_pass(milliseconds(50));
  EXPECT_EQ(calls, calls_then);
}

TEST(Timer, CallsNobodyAfterItsEnd) {
  int calls = 0;
  {
    Timer timer;
    timer.start_once(milliseconds(1), [&] { ++calls; });
  }
  let_pass(milliseconds(50));
  EXPECT_EQ(calls, 0);
}

TEST(Timer, StartedAnewForgetsItsFormerTask) {
  int former = 0;
  int present = 0;
  Timer timer;
  timer.start_repeating(milliseconds(5), [&] { ++former; });
  timer.start_once(milliseconds(10), [&] { ++present; });
  ASSERT_TRUE(wait_until([&] { return present == 1; }));
  EXPECT_EQ(former, 0);
}

TEST(Timer, MayBeStoppedByItsOwnTask) {
  int calls = 0;
  Timer timer;
  timer.start_repeating(milliseconds(2), [&] {
    ++calls;
    timer.stop();
  });
  let_pass(milliseconds(50));
  EXPECT_EQ(calls, 1);
  EXPECT_FALSE(timer.is_running());
}

// What the task captured has to outlive the call, though the timer that holds it goes.
TEST(Timer, MayBeDestroyedByItsOwnTask) {
  for (const bool repeats : {false, true}) {
    const auto captured = std::make_shared<int>(0);
    auto timer = std::make_unique<Timer>();
    const Task task = [captured, &timer] {
      timer.reset();
      ++*captured;
    };
    if (repeats) {
      timer->start_repeating(milliseconds(2), task);
    } else {
      timer->start_once(milliseconds(2), task);
    }
    let_pass(milliseconds(50));
    EXPECT_EQ(*captured, 1) << (repeats ? "repeating" : "once");
  }
}

TEST(Timer, MayBeStartedAnewByItsOwnTask) {
  int calls = 0;
  Timer timer;
  Task task = [&] {
    if (++calls < 3) timer.start_once(milliseconds(2), task);
  };
  timer.start_once(milliseconds(2), task);
  ASSERT_TRUE(wait_until([&] { return calls == 3; }));
  EXPECT_FALSE(timer.is_running());
}

TEST(Timer, LetsGoOfItsTaskWhenItEnds) {
  const auto captured = std::make_shared<int>(0);
  Timer timer;
  timer.start_once(milliseconds(1), [captured] { ++*captured; });
  ASSERT_TRUE(wait_until([&] { return *captured == 1; }));
  EXPECT_EQ(captured.use_count(), 1);
  timer.start_repeating(milliseconds(1), [captured] {});
  timer.stop();
  EXPECT_EQ(captured.use_count(), 1);
}

}  // namespace
}  // namespace tessera
