#include "measure/process_usage.h"

#include <sched.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <thread>

namespace tessera::bench {
namespace {

namespace fs = std::filesystem;

std::string content_of(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// The text after "key" in a file of lines "key: value".
std::string value_in(const fs::path& path, const std::string& key) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(key)) return line.substr(line.find_first_not_of(" \t:", key.size()));
  }
  return "";
}

long number_in(const fs::path& path, const std::string& key) {
  const std::string value = value_in(path, key);
  return value.empty() ? 0 : std::stol(value);
}

std::vector<fs::path> tasks_of(pid_t process) {
  std::vector<fs::path> tasks;
  std::error_code error;
  for (const auto& task :
       fs::directory_iterator("/proc/" + std::to_string(process) + "/task", error)) {
    tasks.push_back(task.path());
  }
  return tasks;
}

}  // namespace

ProcessUsage usage_of(pid_t process) {
  const fs::path folder = "/proc/" + std::to_string(process);
  const std::string stat = content_of(folder / "stat");
  // The name in parentheses may hold anything; behind it, fields 14 and 15 are utime and stime.
  std::istringstream fields(stat.substr(stat.rfind(')') + 1));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  ProcessUsage usage{std::chrono::duration<double>(user / ticks),
                     std::chrono::duration<double>(system / ticks),
                     static_cast<int>(number_in(folder / "status", "Threads")),
                     static_cast<double>(number_in(folder / "status", "VmRSS")) / 1024, 0};
  for (const fs::path& task : tasks_of(process)) {
    usage.wake_ups += number_in(task / "status", "voluntary_ctxt_switches");
  }
  return usage;
}

bool bind_to_core(pid_t process, int core) {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(core, &cores);
  bool bound = true;
  for (const fs::path& task : tasks_of(process)) {
    bound = sched_setaffinity(std::stoi(task.filename()), sizeof cores, &cores) == 0 && bound;
  }
  return bound;
}

std::string machine() {
  utsname kernel = {};
  uname(&kernel);
  std::ostringstream text;
  text << value_in("/proc/cpuinfo", "model name") << ", " << std::thread::hardware_concurrency()
       << " cores, " << number_in("/proc/meminfo", "MemTotal") / 1024 / 1024 << " GiB, Linux "
       << kernel.release;
  return text.str();
}

}  // namespace tessera::bench
