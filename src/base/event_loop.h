#pragma once

#include <glib.h>

#include <chrono>
#include <functional>
#include <memory>

namespace tessera {

using Task = std::function<void()>;

// The control thread: GLib's default main context. Every object of ours that isn't a plain value is
// created, called and destroyed on it; other threads only post() to it.
class EventLoop {
 public:
  EventLoop();
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  // Runs until quit().
  void run();
  void quit();

 private:
  std::unique_ptr<GMainLoop, void (*)(GMainLoop*)> loop_;
};

// Runs `task` on the control thread, soon. From any thread; never runs it inside the call. Tasks of
// one thread keep their order.
void post(Task task);

// Runs `work` on one of a few worker threads, for what may block, and then `done` on the control
// thread.
void run_on_worker(Task work, Task done = {});

// The same for work that waits for a disk. It has threads of its own: those who wait for a disk
// that hangs mustn't keep others waiting.
void run_on_disk_worker(Task work, Task done = {});

// Waits until all work given to these has ended, running the control thread's tasks
// meanwhile. For the end of a program and of tests. False if the deadline passed first.
bool wait_for_workers(std::chrono::milliseconds deadline);

// Lets other threads call its owner: what it posts runs on the control thread, and only if the
// owner is still there then. Declare it as the owner's last member, so that it goes first.
class Anchor {
 public:
  // A copyable value that may outlive the owner, for callbacks on streaming threads.
  class Handle {
   public:
    void post(Task task) const;

   private:
    friend class Anchor;
    explicit Handle(std::weak_ptr<void> owner) : owner_(std::move(owner)) {}
    std::weak_ptr<void> owner_;
  };

  Anchor() : alive_(std::make_shared<char>()) {}
  Anchor(const Anchor&) = delete;
  Anchor& operator=(const Anchor&) = delete;

  Handle handle() const { return Handle(alive_); }

 private:
  std::shared_ptr<void> alive_;
};

// Calls a task on the control thread once or again and again, until it is stopped or destroyed.
// Stopping it, destroying it or starting it anew from within its own task is allowed.
class Timer {
 public:
  Timer() = default;
  ~Timer() { stop(); }
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  void start_once(std::chrono::milliseconds delay, Task task);
  void start_repeating(std::chrono::milliseconds interval, Task task);
  void stop();
  bool is_running() const { return source_ != nullptr; }

 private:
  struct State;
  void start(std::chrono::milliseconds interval, Task task, bool repeat);

  GSource* source_ = nullptr;
};

}  // namespace tessera
