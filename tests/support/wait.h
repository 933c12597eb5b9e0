#pragma once

#include <chrono>
#include <functional>

namespace tessera::test {

// Runs the control thread until the condition holds. False if the deadline passed first, which is
// further off under a sanitizer (sanitizers.h).
bool wait_until(const std::function<bool()>& condition,
                std::chrono::milliseconds deadline = std::chrono::seconds(10));

// Runs the control thread for that long: for what is measured over a time, not for waiting.
void observe(std::chrono::milliseconds time);

}  // namespace tessera::test
