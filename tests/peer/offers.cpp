#include "peer/offers.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace tessera::peer {

std::string offer_of(const std::string& browser) {
  const std::string path = std::string(TESSERA_SOURCE_DIR) + "/tests/peer/offers/" + browser;
  std::ifstream file(path + ".sdp");
  EXPECT_TRUE(file) << path;
  std::string offer;
  for (std::string line; std::getline(file, line);) offer += line + "\r\n";
  return offer;
}

std::string with(std::string offer, const std::string& text, const std::string& replacement) {
  EXPECT_NE(offer.find(text), std::string::npos) << text;
  for (std::size_t at = offer.find(text); at != std::string::npos;
       at = offer.find(text, at + replacement.size())) {
    offer.replace(at, text.size(), replacement);
  }
  return offer;
}

std::string without(const std::string& offer, const std::string& beginning) {
  std::istringstream lines(offer);
  std::string rest;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(beginning)) rest += line + "\n";
  }
  EXPECT_NE(rest, offer) << beginning;
  return rest;
}

}  // namespace tessera::peer
