#include "mixer/layout.h"

#include <algorithm>
#include <cstdint>

namespace tessera::mixer {
namespace {

int even_below(int length) { return length - length % 2; }

// numerator / denominator, rounded to the nearest even number.
int nearest_even(std::int64_t numerator, std::int64_t denominator) {
  return static_cast<int>((numerator + denominator) / (2 * denominator)) * 2;
}

int height_of_tile(int width) { return nearest_even(std::int64_t{9} * width, 16); }

// The largest tile of which columns x rows fit; a width of 0 if none does.
Resolution largest_tile(int columns, int rows, Resolution canvas, int gap) {
  const int room_across = (canvas.width - gap * (columns - 1)) / columns;
  const int room_down = (canvas.height - gap * (rows - 1)) / rows;
  if (room_across < 2 || room_down < 2) return {};

  // Two pixels more than the exact width, as the height is rounded.
  const int width_at_full_height = nearest_even(std::int64_t{16} * room_down, 9) + 2;
  int width = even_below(std::min(room_across, width_at_full_height));
  while (height_of_tile(width) > room_down) width -= 2;
  return {width, height_of_tile(width)};
}

struct Arrangement {
  int columns = 0;
  int rows = 0;
  Resolution tile;
};

// Of those with the largest tiles, the one with few rows (two people sit side by side) and then
// few columns (3 + 2, not 4 + 1). Tiles that differ by a pixel pair do so by rounding.
Arrangement best_arrangement(int count, Resolution canvas, int gap) {
  std::vector<Arrangement> arrangements;
  int widest = 0;
  for (int columns = count; columns >= 1; --columns) {
    const int rows = (count + columns - 1) / columns;
    arrangements.push_back({columns, rows, largest_tile(columns, rows, canvas, gap)});
    widest = std::max(widest, arrangements.back().tile.width);
  }
  Arrangement best;
  for (const Arrangement& candidate : arrangements) {
    if (candidate.tile.width < std::max(widest - 2, 1)) continue;
    if (best.rows == 0 || candidate.rows == best.rows) best = candidate;
  }
  return best;
}

Rectangle centred(Resolution inner, Resolution outer) {
  return {even_below((outer.width - inner.width) / 2),
          even_below((outer.height - inner.height) / 2), inner.width, inner.height};
}

}  // namespace

std::vector<Rectangle> grid(int count, Resolution canvas, int gap) {
  gap += gap % 2;
  const auto [columns, rows, tile] = best_arrangement(count, canvas, gap);
  if (tile.width == 0) return gap > 0 ? grid(count, canvas, 0) : std::vector<Rectangle>{};

  const auto length_of = [gap](int tiles, int size) { return tiles * (size + gap) - gap; };
  const int top = centred({0, length_of(rows, tile.height)}, canvas).y;

  std::vector<Rectangle> tiles;
  for (int i = 0; i < count; ++i) {
    const int row = i / columns;
    const int in_this_row = std::min(columns, count - row * columns);
    const int left = centred({length_of(in_this_row, tile.width), 0}, canvas).x;
    tiles.push_back({left + i % columns * (tile.width + gap), top + row * (tile.height + gap),
                     tile.width, tile.height});
  }
  return tiles;
}

}  // namespace tessera::mixer
