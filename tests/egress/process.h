#pragma once

#include <gio/gio.h>
#include <sys/types.h>

#include <string>
#include <vector>

#include "base/ref.h"
#include "base/units.h"

namespace tessera::test {

// A program of somebody else's, for as long as the test needs it; then it is killed. On the control
// thread.
class Process {
 public:
  explicit Process(const std::vector<std::string>& command);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void signal(int number);
  void kill();

  // Waits for it to end by itself. False if it took too long, or ended badly.
  bool ends_well(Duration deadline);
  bool has_ended() const { return has_ended_; }

  // What it wrote, on both outputs, in the order in which it came.
  const std::string& output() const { return output_; }

 private:
  void read_on();

  Ref<GSubprocess> process_;
  Ref<GCancellable> cancel_;
  std::string output_;
  std::vector<char> bytes_;
  bool has_ended_ = false;
  bool is_at_end_ = false;  // Of what it writes.
};

}  // namespace tessera::test
