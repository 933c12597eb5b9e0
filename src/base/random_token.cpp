#include "base/random_token.h"

#include <random>

namespace tessera {

std::string random_token() {
  std::random_device random;
  std::string token;
  for (int i = 0; i < 32; ++i) token += "0123456789abcdef"[random() % 16];
  return token;
}

}  // namespace tessera
