#pragma once

#include <sys/types.h>

#include <string>

#include "base/result.h"

namespace tessera::bench {

// Binds all threads of a process, and those they make, to one core. Error: `not_bound`.
Result<void> bind_to_core(pid_t process, int core);

// What the machine is, in a line: processor, cores, memory, kernel.
std::string machine();

}  // namespace tessera::bench
