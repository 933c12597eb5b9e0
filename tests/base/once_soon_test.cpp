#include "base/once_soon.h"

#include <gtest/gtest.h>

#include <memory>

#include "support/wait.h"

namespace tessera {
namespace {

using test::wait_until;

// Until everything that was posted before has run.
void run_posted_tasks() {
  bool have_run = false;
  post([&] { have_run = true; });
  ASSERT_TRUE(wait_until([&] { return have_run; }));
}

TEST(OnceSoon, RunsOnceForAllWhoAskedAndNotInsideTheCall) {
  int runs = 0;
  OnceSoon task([&] { ++runs; });
  for (int i = 0; i < 3; ++i) task.request();
  EXPECT_EQ(runs, 0);
  run_posted_tasks();
  EXPECT_EQ(runs, 1);
}

TEST(OnceSoon, DoesNotRunUnasked) {
  int runs = 0;
  const OnceSoon task([&] { ++runs; });
  run_posted_tasks();
  EXPECT_EQ(runs, 0);
}

TEST(OnceSoon, RunsAgainForWhoAsksAfterwards) {
  int runs = 0;
  OnceSoon task([&] { ++runs; });
  for (int expected = 1; expected <= 3; ++expected) {
    task.request();
    run_posted_tasks();
    EXPECT_EQ(runs, expected);
  }
}

TEST(OnceSoon, RunsOnceMoreWhenItsOwnTaskAsks) {
  int runs = 0;
  OnceSoon* self = nullptr;
  OnceSoon task([&] {
    if (++runs < 3) self->request();
  });
  self = &task;
  task.request();
  ASSERT_TRUE(wait_until([&] { return runs == 3; }));
  run_posted_tasks();
  EXPECT_EQ(runs, 3);
}

TEST(OnceSoon, DoesNotRunAfterItsEnd) {
  int runs = 0;
  {
    OnceSoon task([&] { ++runs; });
    task.request();
  }
  run_posted_tasks();
  EXPECT_EQ(runs, 0);
}

// What the task captured has to outlive the call, though what holds it goes.
TEST(OnceSoon, MayBeDestroyedByItsOwnTask) {
  const auto captured = std::make_shared<int>(0);
  std::unique_ptr<OnceSoon> task;
  task = std::make_unique<OnceSoon>([captured, &task] {
    task.reset();
    ++*captured;
  });
  task->request();
  run_posted_tasks();
  EXPECT_EQ(*captured, 1);
  EXPECT_EQ(captured.use_count(), 1);
}

}  // namespace
}  // namespace tessera
