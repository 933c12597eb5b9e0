#pragma once

#include <gio/gio.h>
#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/ref.h"
#include "base/units.h"

namespace tessera::test {

// What a process uses (proc(5)).
struct Usage {
  std::chrono::duration<double> cpu{};   // User and system, since its start.
  std::chrono::duration<double> user{};  // Of that.
  int threads = 0;
  int open_files = 0;
  double resident_mib = 0;
  long wake_ups = 0;  // Voluntary context switches of the threads that still run.
};
Usage usage_of(pid_t process);

// The server as a process of its own, as a user starts it: for what can't be seen from within, and
// to measure what it uses. On the control thread.
class ServerProcess {
 public:
  using Environment = std::vector<std::pair<std::string, std::string>>;

  // With `--port 0`, unless the options name a port. The program is this build's unless one is
  // named.
  explicit ServerProcess(std::vector<std::string> options = {}, const Environment& environment = {},
                         const std::string& program = "");
  // Kills it if it is still there.
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  // Waits for its ready line; empty if it ended first.
  std::string url();

  void signal(int number);
  // Waits for its end; nothing if that takes too long.
  std::optional<int> exit_status(Duration deadline = std::chrono::seconds(10));

  Usage usage() const { return usage_of(id()); }
  pid_t id() const;

  // What it wrote so far.
  const std::string& output() const { return output_; }
  const std::string& log() const { return log_; }
  int times_logged(const std::string& text) const;

 private:
  static void read_on(GInputStream* stream, std::string* text, GCancellable* cancel);

  Ref<GSubprocess> process_;
  Ref<GCancellable> cancel_;
  std::string output_;
  std::string log_;
  bool has_ended_ = false;
};

}  // namespace tessera::test
