#pragma once

#include <chrono>
#include <compare>

namespace tessera {

// Every decision takes the time as a value, so that a test can set it.
using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;
using Duration = std::chrono::milliseconds;

struct Bitrate {
  int kbps = 0;

  constexpr int bps() const { return kbps * 1000; }
  auto operator<=>(const Bitrate&) const = default;
};

// Size in pixels.
struct Resolution {
  int width = 0;
  int height = 0;

  auto operator<=>(const Resolution&) const = default;
};

// A rectangle in pixels; x grows to the right and y downwards.
struct Rectangle {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;

  constexpr Resolution size() const { return {width, height}; }
  auto operator<=>(const Rectangle&) const = default;
};

}  // namespace tessera
