#pragma once

#include <string>

#include "egress/file_probe.h"

namespace tessera::test {

// What isn't as in a composite of H.264 and AAC-LC (composite.h); empty if all is well: red
// pictures and the tone, and each flash within 40 ms of its beep.
std::string faults_of(const FileProbe& file);

}  // namespace tessera::test
