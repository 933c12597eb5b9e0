#pragma once

#include <spdlog/sinks/ostream_sink.h>

#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"

namespace tessera::test {

// What a module that logs on the control thread only logs while this is there.
class LogLines {
 public:
  explicit LogLines(std::string_view module) : logger_(log(module)) {
    sink_->set_pattern("%v");
    logger_.sinks().push_back(sink_);
  }
  ~LogLines() { std::erase(logger_.sinks(), sink_); }
  LogLines(const LogLines&) = delete;
  LogLines& operator=(const LogLines&) = delete;

  std::vector<std::string> with(const std::string& text) const {
    std::vector<std::string> lines;
    std::istringstream all(text_.str());
    for (std::string line; std::getline(all, line);) {
      if (line.find(text) != std::string::npos) lines.push_back(line);
    }
    return lines;
  }

 private:
  spdlog::logger& logger_;
  std::ostringstream text_;
  spdlog::sink_ptr sink_ = std::make_shared<spdlog::sinks::ostream_sink_mt>(text_);
};

}  // namespace tessera::test
