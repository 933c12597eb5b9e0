#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "gst/pipeline.h"

namespace tessera::gst {

// Lets only so many frames a second pass a pad of raw video, at even distances, and drops those in
// between. The stream's caps stay as they are. Without a limit at first.
//
// set() from any thread; frames pass on the pad's streaming thread. The limit stays for as long as
// there is a pipeline.
class FrameRateLimit {
 public:
  // On the pad of that name ("sink", "src") of an element of the pipeline.
  FrameRateLimit(const Pipeline& pipeline, const std::string& element, const char* pad);
  FrameRateLimit(const FrameRateLimit&) = delete;
  FrameRateLimit& operator=(const FrameRateLimit&) = delete;

  // Frames per second; 0: no limit.
  void set(int frame_rate) { *limit_ = frame_rate; }

 private:
  std::shared_ptr<std::atomic<int>> limit_ = std::make_shared<std::atomic<int>>(0);
};

}  // namespace tessera::gst
