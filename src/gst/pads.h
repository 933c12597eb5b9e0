#pragma once

#include <gst/gst.h>

#include "gst/ref.h"

namespace tessera::gst {

// A pad that the element always has; nothing if there is none of that name.
inline Ref<GstPad> static_pad(GstElement* element, const char* name) {
  return Ref<GstPad>::adopt(gst_element_get_static_pad(element, name));
}

// For a probe on all that flows: an element may push its buffers in lists.
inline constexpr auto buffers_and_lists =
    GstPadProbeType(GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST);

}  // namespace tessera::gst
