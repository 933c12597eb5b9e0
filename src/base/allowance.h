#pragma once

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/units.h"

namespace tessera {

// How much a client may ask for: a burst at once, and for long only so much a second.
//
// A value: no clock of its own.
class Allowance {
 public:
  Allowance(double burst, double per_second)
      : burst_(burst), per_second_(per_second), left_(burst) {}

  // Takes so much. False, with nothing taken, if less is left.
  bool take(TimePoint now, int count = 1) {
    const std::chrono::duration<double> time = now - std::exchange(last_, now);
    left_ = std::min(burst_, left_ + time.count() * per_second_);
    if (left_ < count) return false;
    left_ -= count;
    return true;
  }

 private:
  double burst_;
  double per_second_;
  double left_;
  TimePoint last_{};  // Long ago: the first one finds a whole burst.
};

}  // namespace tessera
