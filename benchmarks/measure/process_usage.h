#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

namespace tessera::bench {

// What a process has used so far (proc(5)).
struct ProcessUsage {
  std::chrono::duration<double> user{};
  std::chrono::duration<double> system{};
  int threads = 0;
  double resident_mib = 0;
  long wake_ups = 0;  // Voluntary context switches of the threads that still run.
};
ProcessUsage usage_of(pid_t process);

// Binds all threads of a process, and those they make, to one core. False if it can't be done.
bool bind_to_core(pid_t process, int core);

// What the machine is, in a line: processor, cores, memory, kernel.
std::string machine();

}  // namespace tessera::bench
