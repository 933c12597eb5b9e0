#pragma once

#include <gst/gst.h>

#include <string>

#include "base/units.h"

namespace tessera::egress {

// What became of a connection, in one plain sentence that holds nothing secret.
struct Loss {
  std::string reason;
  bool is_final = false;  // Trying again doesn't help.
};

// What GStreamer's sinks say in an error message. Not for people: it may quote secrets.
std::string text_of(GstMessage* error);

// The meaning of such a text, from a sink that doesn't come to a connection, after that long.
Loss loss_from(const std::string& text, Duration after);

}  // namespace tessera::egress
