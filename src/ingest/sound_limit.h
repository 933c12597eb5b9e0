#pragma once

#include <gst/gst.h>

namespace tessera::ingest {

// Keeps the float samples that enter an element between -1 and 1, as sound in integers is; what is
// no number becomes silence. A file of floats may hold any: the mix without one's own voice is made
// by subtraction, so one sample that is no number, or a huge one, would silence everybody.
void limit_sound(GstElement* element);

}  // namespace tessera::ingest
