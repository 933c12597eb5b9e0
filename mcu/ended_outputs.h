#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "signalling/messages.h"

namespace tessera::mcu {

// What went out of rooms that are closed, for whoever asks how it ended: a recording's name, a
// failure's reason. The latest of all rooms together. A value.
class EndedOutputs {
 public:
  static constexpr std::size_t most = 100;

  void add(const std::string& room, const std::vector<signalling::Output>& outputs) {
    for (const auto& output : outputs) outputs_.emplace_back(room, output);
    while (outputs_.size() > most) outputs_.pop_front();
  }

  // Oldest first.
  std::vector<signalling::Output> of(const std::string& room) const {
    std::vector<signalling::Output> found;
    for (const auto& [of_room, output] : outputs_) {
      if (of_room == room) found.push_back(output);
    }
    return found;
  }

 private:
  std::deque<std::pair<std::string, signalling::Output>> outputs_;
};

}  // namespace tessera::mcu
