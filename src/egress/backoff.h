#pragma once

#include <algorithm>
#include <chrono>

#include "base/units.h"

namespace tessera::egress {

// How long to wait before the next attempt to connect: at first hardly at all, then longer and
// longer, but never so long that a target that is back waits for us for more than `longest`.
//
// A value: no clock and no dice of its own.
class Backoff {
 public:
  static constexpr Duration shortest = std::chrono::milliseconds(250);
  static constexpr Duration longest = std::chrono::milliseconds(1500);
  static constexpr double jitter = 0.2;  // of the wait, at most, and always less

  // After an attempt that took so long; what it spent waiting for an answer counts as waiting.
  // `chance`, from 0 to 1, spreads those who lost the same target at the same time.
  Duration next(Duration attempt, double chance) {
    const auto wait = std::chrono::duration_cast<Duration>(wait_ * (1 - jitter * chance));
    wait_ = std::min(2 * wait_, longest);
    return std::max(wait - attempt, std::min(wait, shortest));
  }

  // The target was fine for a while.
  void reset() { wait_ = shortest; }

 private:
  Duration wait_ = shortest;
};

}  // namespace tessera::egress
