#include "support/wait.h"

#include "base/event_loop.h"
#include "base/units.h"
#include "support/sanitizers.h"

namespace tessera::test {
namespace {

bool run_until(const std::function<bool()>& condition, TimePoint end) {
  Timer wake_up;
  wake_up.start_repeating(std::chrono::milliseconds(10), [] {});
  while (!condition()) {
    if (Clock::now() > end) return false;
    g_main_context_iteration(nullptr, TRUE);
  }
  return true;
}

}  // namespace

bool wait_until(const std::function<bool()>& condition, std::chrono::milliseconds deadline) {
  return run_until(condition, Clock::now() + slowness * deadline);
}

void observe(std::chrono::milliseconds time) {
  run_until([] { return false; }, Clock::now() + time);
}

}  // namespace tessera::test
