#include "base/log.h"

#include <spdlog/sinks/stdout_color_sinks.h>

#include <algorithm>
#include <mutex>

namespace tessera {

spdlog::logger& log(std::string_view module) {
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  const std::string name(module);
  std::shared_ptr<spdlog::logger> logger = spdlog::get(name);
  if (!logger) {
    logger = spdlog::stderr_color_mt(name);
    logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e %^%l%$ %n: %v");
    logger->set_level(spdlog::get_level());
  }
  return *logger;  // spdlog's registry keeps it to the end of the program.
}

bool set_log_level(const std::string& level) {
  if (std::ranges::find(log_levels, level) == log_levels.end()) return false;
  spdlog::set_level(spdlog::level::from_str(level));
  return true;
}

}  // namespace tessera
