#include "base/event_loop.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "base/units.h"
#include "support/wait.h"

namespace tessera {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::wait_until;

// Until everything that was posted before has run.
void run_posted_tasks() {
  bool have_run = false;
  post([&] { have_run = true; });
  ASSERT_TRUE(wait_until([&] { return have_run; }));
}

TEST(EventLoop, RunsUntilItIsToldToQuit) {
  EventLoop loop;
  std::vector<int> ran;
  post([&] { ran.push_back(1); });
  post([&] {
    ran.push_back(2);
    loop.quit();
  });
  loop.run();
  EXPECT_THAT(ran, testing::ElementsAre(1, 2));
}

TEST(EventLoop, NeverRunsAPostedTaskInsideTheCall) {
  int ran = 0;
  post([&] {
    post([&] { ++ran; });
    EXPECT_EQ(ran, 0);
  });
  EXPECT_EQ(ran, 0);
  EXPECT_TRUE(wait_until([&] { return ran == 1; }));
}

TEST(EventLoop, RunsTheTasksOfEachThreadInOrderOnTheControlThread) {
  constexpr int count = 500;
  const auto control_thread = std::this_thread::get_id();
  std::vector<int> first;
  std::vector<int> second;
  const auto post_all = [&](std::vector<int>& into) {
    for (int i = 0; i < count; ++i) {
      post([&, i] {
        EXPECT_EQ(std::this_thread::get_id(), control_thread);
        into.push_back(i);
      });
    }
  };
  const std::jthread one([&] { post_all(first); });
  const std::jthread other([&] { post_all(second); });
  ASSERT_TRUE(wait_until([&] { return first.size() == count && second.size() == count; }));
  EXPECT_TRUE(std::ranges::is_sorted(first));
  EXPECT_TRUE(std::ranges::is_sorted(second));
}

TEST(EventLoop, WakesUpForATaskFromAnotherThread) {
  EventLoop loop;
  std::jthread other;
  post([&] { other = std::jthread([&] { post([&] { loop.quit(); }); }); });
  loop.run();  // Would not come back.
}

TEST(Worker, WorksOnAThreadOfItsOwnAndReportsOnTheControlThread) {
  const auto control_thread = std::this_thread::get_id();
  std::thread::id worked_on;
  std::thread::id done_on;
  run_on_worker([&] { worked_on = std::this_thread::get_id(); },
                [&] { done_on = std::this_thread::get_id(); });
  ASSERT_TRUE(wait_for_workers(seconds(5)));
  EXPECT_NE(worked_on, std::thread::id());
  EXPECT_NE(worked_on, control_thread);
  EXPECT_EQ(done_on, control_thread);
}

// Were the report earlier than the end of what was worked on, that end would see it.
TEST(Worker, FreesWhatItWorkedOnBeforeItReports) {
  struct Held {
    ~Held() {
      reported_early = report.wait_for(milliseconds(100)) == std::future_status::ready;
      freed_on = std::this_thread::get_id();
    }
    std::future<void> report;
    std::atomic<bool>& reported_early;
    std::atomic<std::thread::id>& freed_on;
  };
  std::promise<void> report;
  std::atomic<bool> reported_early = false;
  std::atomic<std::thread::id> freed_on;
  std::shared_ptr<Held> held(new Held{report.get_future(), reported_early, freed_on});
  run_on_worker([held = std::move(held)] {}, [&] { report.set_value(); });
  ASSERT_TRUE(wait_for_workers(seconds(5)));
  ASSERT_TRUE(wait_until([&] { return freed_on.load() != std::thread::id(); }));
  EXPECT_FALSE(reported_early);
  EXPECT_NE(freed_on.load(), std::this_thread::get_id());
}

TEST(Worker, IsNotHeldUpByOneThatBlocks) {
  std::promise<void> let_go;
  run_on_worker([released = let_go.get_future().share()] { released.wait(); });
  int done = 0;
  for (int i = 0; i < 20; ++i) run_on_worker([] {}, [&] { ++done; });
  EXPECT_TRUE(wait_until([&] { return done == 20; }));
  let_go.set_value();
  EXPECT_TRUE(wait_for_workers(seconds(5)));
}

TEST(Worker, IsOneOfAFewHoweverMuchThereIsToDo) {
  std::promise<void> let_go;
  const auto released = let_go.get_future().share();
  std::mutex mutex;
  std::set<std::thread::id> workers;
  for (int i = 0; i < 100; ++i) {
    run_on_worker([&, released] {
      released.wait();
      const std::lock_guard lock(mutex);
      workers.insert(std::this_thread::get_id());
    });
  }
  let_go.set_value();
  ASSERT_TRUE(wait_for_workers(seconds(5)));
  EXPECT_LE(workers.size(), 10U);
}

TEST(Worker, IsWaitedForUntilTheDeadlineAndNotLonger) {
  std::promise<void> let_go;
  bool is_done = false;
  run_on_worker([released = let_go.get_future().share()] { released.wait(); },
                [&] { is_done = true; });
  EXPECT_FALSE(wait_for_workers(milliseconds(50)));
  EXPECT_FALSE(is_done);
  let_go.set_value();
  EXPECT_TRUE(wait_for_workers(seconds(5)));
  EXPECT_TRUE(is_done);
}

TEST(Worker, MayGiveFurtherWorkWhenItIsDone) {
  bool is_done = false;
  run_on_worker([] {}, [&] { run_on_worker([] {}, [&] { is_done = true; }); });
  ASSERT_TRUE(wait_for_workers(seconds(5)));
  EXPECT_TRUE(is_done);
}

class Owner {
 public:
  explicit Owner(int& calls) : calls_(calls) {}
  Anchor::Handle handle() const { return anchor_.handle(); }
  void call() { ++calls_; }

 private:
  int& calls_;
  Anchor anchor_;
};

TEST(Anchor, LetsOthersCallItsOwner) {
  int calls = 0;
  Owner owner(calls);
  const Anchor::Handle handle = owner.handle();
  const std::jthread other([&, handle] { handle.post([&] { owner.call(); }); });
  EXPECT_TRUE(wait_until([&] { return calls == 1; }));
}

TEST(Anchor, CallsNobodyWhenTheOwnerIsGone) {
  int calls = 0;
  auto owner = std::make_unique<Owner>(calls);
  const Anchor::Handle handle = owner->handle();
  handle.post([&] { owner->call(); });
  owner.reset();
  handle.post([&] { owner->call(); });
  run_posted_tasks();
  EXPECT_EQ(calls, 0);
}

TEST(Anchor, IsGoneForAllThatWasPostedBeforeATaskDestroyedTheOwner) {
  int calls = 0;
  auto owner = std::make_unique<Owner>(calls);
  const Anchor::Handle handle = owner->handle();
  handle.post([&] {
    owner->call();
    owner.reset();
  });
  handle.post([&] { owner->call(); });
  run_posted_tasks();
  EXPECT_EQ(calls, 1);
}

TEST(Anchor, MayGoWhileOtherThreadsPost) {
  constexpr int owners = 200;
  for (int i = 0; i < owners; ++i) {
    int calls = 0;
    auto owner = std::make_unique<Owner>(calls);
    std::atomic<bool> has_begun = false;
    {
      const std::jthread other([&, handle = owner->handle()] {
        for (int task = 0; task < 50; ++task) {
          handle.post([&] { owner->call(); });
          has_begun = true;
        }
      });
      ASSERT_TRUE(wait_until([&] { return has_begun.load(); }));
      owner.reset();
    }
    const int calls_then = calls;
    run_posted_tasks();
    ASSERT_EQ(calls, calls_then);
  }
}

}  // namespace
}  // namespace tessera
