#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "signalling/messages.h"

namespace tessera::signalling {

// What SDP says of ICE, as far as WHIP has to read and write it (RFC 8840).

// The first ICE user name fragment in it, which tells one ICE session from the next. Empty if none.
std::string ice_ufrag(std::string_view sdp);

// The candidates of an `application/trickle-ice-sdpfrag`, in their order; an empty one at the end
// if it says that there are no more.
std::vector<Candidate> candidates_of(std::string_view fragment);

// The description with these candidates in the m-lines that they name, and no more to come.
std::string with_candidates(std::string_view sdp, const std::vector<Candidate>& candidates);

}  // namespace tessera::signalling
