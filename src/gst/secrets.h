#pragma once

#include <string>

namespace tessera::gst {

// What is named here stands in no line of our log that quotes GStreamer, for as long as the program
// runs: its elements, and servers whose words they pass on, may repeat it. What GST_DEBUG has
// GStreamer write itself isn't filtered. From any thread.
void keep_secret(const std::string& secret);

// The text with an ellipsis for each secret.
std::string without_secrets(std::string text);

}  // namespace tessera::gst
