#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/signal.h"
#include "base/units.h"
#include "gst/pipeline.h"
#include "ingest/source.h"

namespace tessera::ingest {

// Watches over what a source makes its decodebin put together. A stream decides that by its
// content, so it mustn't be believed: an HLS playlist may name files of this machine, an SDP text
// open ports, and a picture may claim 16383x16383.
//
// - Whatever in the pipeline reads from elsewhere must be of the source's own kind; of a file,
//   nothing may. What hlsdemux and dashdemux read outside of it, playlists and keys, comes from the
//   network or not at all (gst/refused_source.h).
// - Pictures are decoded only from H.264, H.265, VP8, VP9 and AV1, and none beyond `largest`.
//
// The source's user, password and latency are set on what reads it. `refused` is called
// with the reason, on whatever thread it happens.
std::vector<Signal> guard_elements(const gst::Pipeline& pipeline, const Source& source,
                                   Resolution largest,
                                   const std::function<void(const std::string& why)>& refused);

}  // namespace tessera::ingest
