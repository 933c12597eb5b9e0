#pragma once

#include <gst/gst.h>

#include "gst/ref.h"

namespace tessera::gst {

// The picture as one that is there from now on: stamped with the running time, and without a
// duration, before whose end a mixer would drop what follows as late (GstVideoAggregator).
Ref<GstSample> still_of(const Ref<GstSample>& picture);

}  // namespace tessera::gst
