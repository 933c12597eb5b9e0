#pragma once

#include <spdlog/logger.h>
#include <spdlog/spdlog.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>

namespace tessera {

// The logger of a module, named after its folder. One line per event: a few words, then key=value.
// ERROR: an operator must act. WARNING: a user was affected. INFO: join, leave, start, stop.
// Nothing per packet or frame. Never a secret. From any thread.
spdlog::logger& log(std::string_view module);

// From the fewest lines to the most.
inline constexpr std::array<std::string_view, 5> log_levels = {"error", "warning", "info", "debug",
                                                               "trace"};

// Sets the level of all loggers. False if it is none of log_levels.
bool set_log_level(const std::string& level);

}  // namespace tessera
