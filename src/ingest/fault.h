#pragma once

#include <gst/gst.h>

#include "base/result.h"

namespace tessera::ingest {

// What an error message of a pipeline that plays something means, in plain words: GStreamer's own
// text repeats the source's address. `source_not_found` or `source_failed`.
Error fault_from(GstMessage* message);

}  // namespace tessera::ingest
