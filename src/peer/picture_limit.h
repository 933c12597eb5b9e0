#pragma once

#include <functional>
#include <string>

#include "base/units.h"
#include "gst/pipeline.h"

namespace tessera::peer {

// Keeps from a decoder what would cost too much to decode:
// - pictures of more pixels than `largest`: a keyframe of a few kilobytes may say that it has
//   16383x16383 (RFC 6386, section 9.1), which would take gigabytes;
// - more than 120 pictures a second, counted over two seconds: a picture in which nothing changes
//   takes a few bytes to send. Browsers send up to 60, and after a stall many at once.
//
// From the first one on nothing passes any more; `refused` is called once, with the reason for
// people, on a streaming thread.
void limit_pictures(const gst::Pipeline& pipeline, const std::string& decoder, Resolution largest,
                    std::function<void(const std::string& why)> refused);

}  // namespace tessera::peer
