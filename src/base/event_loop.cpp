#include "base/event_loop.h"

#include <atomic>
#include <utility>

#include "base/log.h"
#include "base/ref.h"
#include "base/units.h"

namespace tessera {
namespace {

// So many may block at the same time before further work waits.
constexpr int most_workers = 8;
constexpr int most_disk_workers = 2;

std::atomic<int> g_workers_busy = 0;

struct Work {
  Task work;
  Task done;
};

void do_work(gpointer data, gpointer) {
  const std::unique_ptr<Work> given(static_cast<Work*>(data));
  given->work();
  given->work = {};
  post([done = std::move(given->done)] {
    if (done) done();
    --g_workers_busy;
  });
}

// Lives as long as the program. A thread that can't be started fails a std::thread by exception,
// which would end the program; here the work waits for a thread that is there.
GThreadPool* workers() {
  static GThreadPool* const pool =
      g_thread_pool_new(do_work, nullptr, most_workers, /*exclusive=*/FALSE, nullptr);
  return pool;
}

GThreadPool* disk_workers() {
  static GThreadPool* const pool =
      g_thread_pool_new(do_work, nullptr, most_disk_workers, /*exclusive=*/FALSE, nullptr);
  return pool;
}

void run_in(GThreadPool* pool, Task work, Task done) {
  ++g_workers_busy;
  GError* raw_error = nullptr;
  g_thread_pool_push(pool, new Work{std::move(work), std::move(done)}, &raw_error);
  if (const GErrorPtr error(raw_error); error) {
    log("base").error("no thread to work on reason=\"{}\"", error->message);
  }
}

// Tasks are handed to GLib as heap objects, freed by the destroy notification.
gboolean run_task(gpointer task) {
  (*static_cast<Task*>(task))();
  return G_SOURCE_REMOVE;
}

void free_task(gpointer task) { delete static_cast<Task*>(task); }

}  // namespace

EventLoop::EventLoop() : loop_(g_main_loop_new(nullptr, FALSE), g_main_loop_unref) {}
EventLoop::~EventLoop() = default;
void EventLoop::run() { g_main_loop_run(loop_.get()); }
void EventLoop::quit() { g_main_loop_quit(loop_.get()); }

void post(Task task) {
  const auto source = Ref<GSource>::adopt(g_idle_source_new());
  g_source_set_priority(source.get(), G_PRIORITY_DEFAULT);
  g_source_set_callback(source.get(), run_task, new Task(std::move(task)), free_task);
  g_source_attach(source.get(), nullptr);
}

void run_on_worker(Task work, Task done) { run_in(workers(), std::move(work), std::move(done)); }

void run_on_disk_worker(Task work, Task done) {
  run_in(disk_workers(), std::move(work), std::move(done));
}

bool wait_for_workers(std::chrono::milliseconds deadline) {
  Timer wake_up;
  wake_up.start_repeating(std::chrono::milliseconds(10), [] {});
  const TimePoint end = Clock::now() + deadline;
  while (g_workers_busy > 0 && Clock::now() < end) g_main_context_iteration(nullptr, TRUE);
  return g_workers_busy == 0;
}

void Anchor::Handle::post(Task task) const {
  tessera::post([owner = owner_, task = std::move(task)] {
    // The owner lives and dies on this thread, so it can't go between the check and the call.
    if (!owner.expired()) task();
  });
}

struct Timer::State {
  Timer* timer;
  GSource* source;
  Task task;
  bool repeat;
};

void Timer::start_once(std::chrono::milliseconds delay, Task task) {
  start(delay, std::move(task), false);
}

void Timer::start_repeating(std::chrono::milliseconds interval, Task task) {
  start(interval, std::move(task), true);
}

void Timer::start(std::chrono::milliseconds interval, Task task, bool repeat) {
  stop();
  source_ = g_timeout_source_new(static_cast<guint>(interval.count()));
  g_source_set_callback(
      source_,
      [](gpointer data) -> gboolean {
        auto* state = static_cast<State*>(data);
        if (!state->repeat) {
          state->timer->source_ = nullptr;
          g_source_unref(state->source);
        }
        // GLib keeps the state until this callback returned, even when the task destroys the timer.
        state->task();
        return state->repeat ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
      },
      new State{this, source_, std::move(task), repeat},
      [](gpointer data) { delete static_cast<State*>(data); });
  g_source_attach(source_, nullptr);
}

void Timer::stop() {
  if (source_ == nullptr) return;
  g_source_destroy(source_);
  g_source_unref(source_);
  source_ = nullptr;
}

}  // namespace tessera
