#pragma once

#include <string>

namespace tessera {

// Names a participant: unique in the server, never used twice.
using ParticipantId = std::string;

}  // namespace tessera
