#include "measure/machine.h"

#include <sched.h>
#include <sys/utsname.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>
#include <thread>

namespace tessera::bench {
namespace {

namespace fs = std::filesystem;

// The text after "key" in a file of lines "key: value".
std::string value_in(const fs::path& path, const std::string& key) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(key)) return line.substr(line.find_first_not_of(" \t:", key.size()));
  }
  return "";
}

}  // namespace

Result<void> bind_to_core(pid_t process, int core) {
  const auto not_bound = [&](const std::error_code& why) {
    return Error{"not_bound", "Process " + std::to_string(process) + " can't be bound to core " +
                                  std::to_string(core) + ": " + why.message()};
  };
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(core, &cores);
  std::error_code error;
  const fs::directory_iterator tasks("/proc/" + std::to_string(process) + "/task", error);
  if (error) return not_bound(error);
  for (const auto& task : tasks) {
    if (sched_setaffinity(std::stoi(task.path().filename()), sizeof cores, &cores) == 0) continue;
    const bool has_ended = errno == ESRCH;  // Since the thread was listed.
    if (!has_ended) return not_bound({errno, std::system_category()});
  }
  return {};
}

std::string machine() {
  utsname kernel = {};
  uname(&kernel);
  const std::string memory = value_in("/proc/meminfo", "MemTotal");  // KiB
  std::ostringstream text;
  text << value_in("/proc/cpuinfo", "model name") << ", " << std::thread::hardware_concurrency()
       << " cores, " << (memory.empty() ? 0 : std::stol(memory)) / 1024 / 1024 << " GiB, Linux "
       << kernel.release;
  return text.str();
}

}  // namespace tessera::bench
