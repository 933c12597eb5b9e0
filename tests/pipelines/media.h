#pragma once

#include <string>

#include "base/units.h"
#include "support/received.h"

namespace tessera::test {

inline constexpr double tone_hz = 1000;
inline constexpr double tone_db = -20;

// A live tone as it is mixed, in gst-launch syntax.
inline std::string tone(double hz = tone_hz) {
  return "audiotestsrc is-live=true volume=0.1 samplesperbuffer=960 freq=" + std::to_string(hz) +
         " ! audio/x-raw,format=F32LE,rate=48000,channels=1,layout=interleaved";
}

inline constexpr unsigned red = 0xffff0000;
inline constexpr unsigned blue = 0xff0000ff;
inline constexpr Pixel red_pixel{81, 90, 240};
inline constexpr Pixel blue_pixel{41, 240, 110};
inline constexpr Pixel black_pixel{16, 128, 128};

// A live camera that shows one colour (ARGB). Its element is named "camera".
inline std::string camera(Resolution size, unsigned colour = red) {
  return "videotestsrc name=camera is-live=true pattern=solid-color foreground-color=" +
         std::to_string(colour) + " ! video/x-raw,format=I420,framerate=30/1,colorimetry=bt601" +
         ",width=" + std::to_string(size.width) + ",height=" + std::to_string(size.height);
}

}  // namespace tessera::test
