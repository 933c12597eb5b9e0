#pragma once

#include <functional>
#include <string>

#include "base/units.h"
#include "gst/pipeline.h"

namespace tessera::peer {

// Keeps pictures of more pixels than `largest` from a decoder: a keyframe of a few kilobytes may
// say that it has 16383x16383 (RFC 6386, section 9.1), which would take gigabytes to decode. From
// the first one on nothing passes any more; `refused` is called once, on a streaming thread.
void limit_pictures(const gst::Pipeline& pipeline, const std::string& decoder, Resolution largest,
                    std::function<void()> refused);

}  // namespace tessera::peer
