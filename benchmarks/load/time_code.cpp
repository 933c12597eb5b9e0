#include "load/time_code.h"

#include <algorithm>
#include <cstdlib>

namespace tessera::bench {
namespace {

constexpr int black = 16;
constexpr int white = 235;
constexpr int grey = 110;

// Where a block is, in fractions of the picture.
constexpr double left = 0.1;
constexpr double block_width = 0.8 / time_code_bits;
constexpr double top = 0.25;
constexpr double block_height = 0.2;

bool bit_of(int number, int bit) { return (number >> (time_code_bits - 1 - bit) & 1) != 0; }

}  // namespace

std::vector<std::uint8_t> picture_with_time_code(Resolution size, int number) {
  const auto pixels = static_cast<std::size_t>(size.width) * size.height;
  std::vector<std::uint8_t> picture(pixels * 3 / 2, 128);
  std::fill_n(picture.begin(), pixels, grey);
  for (int row = 0; row < 2; ++row) {
    for (int bit = 0; bit < time_code_bits; ++bit) {
      const bool is_white = bit_of(number, bit) != (row == 1);
      const auto edge = [](double place, int length) { return static_cast<int>(place * length); };
      for (int y = edge(top + row * block_height, size.height);
           y < edge(top + (row + 1) * block_height, size.height); ++y) {
        auto* line = picture.data() + static_cast<std::size_t>(y) * size.width;
        std::fill(line + edge(left + bit * block_width, size.width),
                  line + edge(left + (bit + 1) * block_width, size.width),
                  is_white ? white : black);
      }
    }
  }
  return picture;
}

std::optional<int> read_time_code(const LumaPlane& luma, const Rectangle& tile) {
  int number = 0;
  for (int bit = 0; bit < time_code_bits; ++bit) {
    const auto luma_at = [&](double x, double y) {
      const int column =
          std::clamp(tile.x + static_cast<int>(x * tile.width), 0, luma.size.width - 1);
      const int row =
          std::clamp(tile.y + static_cast<int>(y * tile.height), 0, luma.size.height - 1);
      return int{luma.pixels[row * luma.stride + column]};
    };
    const double x = left + (bit + 0.5) * block_width;
    const int own = luma_at(x, top + 0.5 * block_height);
    const int opposite = luma_at(x, top + 1.5 * block_height);
    constexpr int least_contrast = 100;
    if (std::abs(own - opposite) < least_contrast) return std::nullopt;
    number = number << 1 | (own > opposite ? 1 : 0);
  }
  return number;
}

}  // namespace tessera::bench
