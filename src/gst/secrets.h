#pragma once

#include <string>

namespace tessera::gst {

// What is named here stands in no log line that GStreamer has a part in, for as long as the program
// runs: its elements, and servers whose words they pass on, may quote it. From any thread.
void keep_secret(const std::string& secret);

// The text with an ellipsis for each secret.
std::string without_secrets(std::string text);

}  // namespace tessera::gst
