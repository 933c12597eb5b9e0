#pragma once

#include <string>

namespace tessera::peer {

// An offer as a browser makes it: tests/peer/offers/<name>.sdp, with the line ends of SDP.
std::string offer_of(const std::string& browser);

// The offer with every occurrence of a text replaced. The text must be there: a test that alters
// nothing would test nothing.
std::string with(std::string offer, const std::string& text, const std::string& replacement);

// Without the lines that begin so.
std::string without(const std::string& offer, const std::string& beginning);

}  // namespace tessera::peer
