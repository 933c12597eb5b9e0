#pragma once

#include <string>

#include "base/log.h"
#include "base/result.h"

namespace tessera::mcu {

// What a client is told of a fault inside the server. What failed, and why, is logged and goes no
// further.
inline Error media_failure(const std::string& what, const Error& cause) {
  log("mcu").error("{} reason=\"{}\"", what, cause.message);
  return {"media_failure", "The server can't process this stream."};
}

}  // namespace tessera::mcu
