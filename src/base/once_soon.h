#pragma once

#include <utility>

#include "base/event_loop.h"

namespace tessera {

// A task for the control thread that many may ask for and that runs once for all of them, soon: for
// what is worth doing only when everything that happens at the same time has happened.
//
// Never runs inside request(), nor after its own end; destroying it from within its task is
// allowed. As Anchor, it should be among its owner's last members.
class OnceSoon {
 public:
  explicit OnceSoon(Task task) : task_(std::move(task)) {}
  OnceSoon(const OnceSoon&) = delete;
  OnceSoon& operator=(const OnceSoon&) = delete;

  // From within the task: once more.
  void request() {
    if (std::exchange(is_due_, true)) return;
    // A copy, which stays when the task destroys this.
    anchor_.handle().post([this, task = task_] {
      is_due_ = false;
      task();
    });
  }

 private:
  const Task task_;
  bool is_due_ = false;
  Anchor anchor_;
};

}  // namespace tessera
