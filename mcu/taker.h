#pragma once

#include "base/result.h"
#include "gst/outlet.h"

namespace tessera::mcu {

// Who takes what one participant sends, as it was encoded there.
class Taker {
 public:
  virtual ~Taker() = default;

  // What may be had now; null while the participant doesn't send it or has turned it off. Both are
  // there until the next call, or lose().
  virtual void follow(const gst::Outlet* video, const gst::Outlet* audio) = 0;

  // The participant's connection ends. They don't know this any more.
  virtual void lose(const Error& why) = 0;
};

}  // namespace tessera::mcu
