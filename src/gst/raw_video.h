#pragma once

#include <string>

#include "base/units.h"

namespace tessera::gst {

// The colours of everything that is composited, as caps say it. One and the same everywhere, or
// pictures would be converted where they only need to be copied. BT.601 is what VP8 means (RFC
// 6386, section 9.2).
inline constexpr const char* colorimetry = "bt601";

// The caps of raw pictures of that size as they are composited, in text; the frame rate is left
// open.
inline std::string raw_video_caps(Resolution size) {
  return "video/x-raw,format=I420,width=" + std::to_string(size.width) +
         ",height=" + std::to_string(size.height) +
         ",pixel-aspect-ratio=1/1,colorimetry=" + colorimetry;
}

}  // namespace tessera::gst
