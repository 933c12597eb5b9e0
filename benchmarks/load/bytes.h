#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace tessera::bench {

using Bytes = std::span<const std::uint8_t>;

// Numbers in network byte order.

template <int count>
void put(std::vector<std::uint8_t>& to, std::uint64_t number) {
  for (int byte = count - 1; byte >= 0; --byte) {
    to.push_back(static_cast<std::uint8_t>(number >> (8 * byte)));
  }
}

// Precondition: the bytes are there.
template <int count>
std::uint64_t get(Bytes from, std::size_t at) {
  std::uint64_t number = 0;
  for (std::size_t byte = 0; byte < count; ++byte) number = number << 8U | from[at + byte];
  return number;
}

}  // namespace tessera::bench
