#pragma once

#include <string>

namespace tessera::gst {

// The Debian package that has a GStreamer element; empty if not known.
std::string package_of_element(const std::string& element);

}  // namespace tessera::gst
