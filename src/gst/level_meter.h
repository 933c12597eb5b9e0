#pragma once

#include <gst/gst.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

namespace tessera::gst {

// How loud sound is, as RFC 6464 says it: in decibels below overload, 0 the loudest and 127
// silence.
//
// Levels are added on any thread, and by streaming threads for a moment after this is gone.
class LevelMeter {
 public:
  // Measures from now on the mono float sound that this sink takes.
  void measure(GstElement* sink);

  // Adds a level that is known otherwise. From any thread; outlives this.
  std::function<void(int level)> adder();

  // The mean level since the last call. A click among silence hardly counts. Nothing without sound.
  std::optional<int> take();

 private:
  struct Levels {
    // How many, and their sum in the upper half.
    std::atomic<std::uint64_t> sum_and_count = 0;
    void add(int level) { sum_and_count += (static_cast<std::uint64_t>(level) << 32) + 1; }
  };

  std::shared_ptr<Levels> levels_ = std::make_shared<Levels>();
};

}  // namespace tessera::gst
