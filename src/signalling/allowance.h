#pragma once

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/units.h"

namespace tessera::signalling {

// How much a client may send: a burst at once, and for long only so many messages a second.
//
// A value: no clock of its own.
class Allowance {
 public:
  Allowance(int burst, int per_second) : burst_(burst), per_second_(per_second), left_(burst) {}

  // Takes one message's worth. False if nothing is left.
  bool take(TimePoint now) {
    const std::chrono::duration<double> time = now - std::exchange(last_, now);
    left_ = std::min(burst_, left_ + time.count() * per_second_);
    if (left_ < 1) return false;
    left_ -= 1;
    return true;
  }

 private:
  double burst_;
  double per_second_;
  double left_;
  TimePoint last_{};  // Long ago: the first message finds a whole burst.
};

}  // namespace tessera::signalling
