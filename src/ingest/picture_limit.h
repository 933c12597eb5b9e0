#pragma once

#include <gst/gst.h>

#include <functional>

#include "base/units.h"

namespace tessera::ingest {

// Keeps pictures of more pixels than `largest` from a decoder, by what stands before it: parsers
// read that from the stream, and a VP8 keyframe, which no parser reads, says it itself (RFC 6386,
// section 9.1), whatever its container says. From the first one on nothing passes any more, and
// `refused` is called once, on the streaming thread.
void limit_pictures(GstElement* decoder, Resolution largest, std::function<void()> refused);

}  // namespace tessera::ingest
