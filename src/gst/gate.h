#pragma once

#include <atomic>
#include <memory>

#include "gst/pipeline.h"

namespace tessera::gst {

// Lets the buffers of one pad pass, or drops them. Starts closed. After opening, encoded video goes
// on at the next keyframe, as the element behind the gate would otherwise decode from the middle.
// RTP packets don't say which of them begin one: before a depayloader that is the depayloader's
// part (wait-for-keyframe), which takes what the gate dropped for lost.
//
// open() and close() from any thread; buffers pass on streaming threads. A gate that is destroyed
// leaves its pad as it is: what was closed stays closed for as long as there is a pipeline.
class Gate {
 public:
  // On the pad of that name ("sink", "src") of an element of the pipeline.
  Gate(const Pipeline& pipeline, const std::string& element, const char* pad);
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  // False if it was open already.
  bool open();
  void close();

 private:
  struct State {
    std::atomic<bool> is_open = false;
    std::atomic<bool> needs_keyframe = false;
  };

  std::shared_ptr<State> state_;
};

}  // namespace tessera::gst
