#include "support/wait.h"

#include "base/event_loop.h"
#include "base/units.h"

namespace tessera::test {

bool wait_until(const std::function<bool()>& condition, std::chrono::milliseconds deadline) {
  const TimePoint end = Clock::now() + deadline;
  Timer wake_up;
  wake_up.start_repeating(std::chrono::milliseconds(10), [] {});
  while (!condition()) {
    if (Clock::now() > end) return false;
    g_main_context_iteration(nullptr, TRUE);
  }
  return true;
}

void observe(std::chrono::milliseconds time) {
  wait_until([] { return false; }, time);
}

}  // namespace tessera::test
