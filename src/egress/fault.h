#pragma once

#include <string>

#include "base/units.h"

namespace tessera::egress {

// What became of a connection, in one plain sentence that holds nothing secret.
struct Loss {
  std::string reason;
  bool is_final = false;  // Trying again doesn't help.
};

// The meaning of an error's text (gst::text_of), from a sink that doesn't come to a connection,
// after that long.
Loss loss_from(const std::string& text, Duration after);

}  // namespace tessera::egress
