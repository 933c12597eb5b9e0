#pragma once

#include <gst/gst.h>

#include <functional>
#include <string>

#include "base/units.h"

namespace tessera::ingest {

// Keeps pictures of more pixels than `largest` from a decoder, by what stands before it: caps, in
// which parsers put what they read from the stream; the parameter sets of H.264 and H.265, as a
// cropped picture is decoded whole; and a VP8 keyframe, which no parser reads (RFC 6386, section
// 9.1), whatever its container says. From the first one on nothing passes any more, and `refused`
// is called once, with the reason for people, on the streaming thread.
void limit_pictures(GstElement* decoder, Resolution largest,
                    std::function<void(const std::string& why)> refused);

}  // namespace tessera::ingest
