#include "mixer/layout.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <functional>

namespace tessera {

// So that a failure shows the pixels.
void PrintTo(const Rectangle& area, std::ostream* out) {
  *out << area.width << "x" << area.height << " at " << area.x << "," << area.y;
}

}  // namespace tessera

namespace tessera::mixer {

namespace {

struct Case {
  int count;
  Resolution canvas;
  int gap;
};

std::string name_of(const Case& c) {
  return std::to_string(c.count) + " people on " + std::to_string(c.canvas.width) + "x" +
         std::to_string(c.canvas.height) + " with gaps of " + std::to_string(c.gap);
}

// Each test of an invariant holds for every one of these.
class Grid : public testing::Test {
 protected:
  static void for_each_case(const std::function<void(const Case&, std::vector<Rectangle>)>& holds) {
    constexpr Resolution canvases[] = {{1280, 720}, {1920, 1080}, {3840, 2160}, {640, 360},
                                       {320, 180},  {720, 1280},  {1080, 1920}, {1080, 1080},
                                       {640, 480},  {854, 480},   {853, 479},   {1366, 768},
                                       {3840, 640}, {400, 3000},  {123, 457},   {64, 64}};
    for (const Resolution canvas : canvases) {
      for (const int gap : {0, 2, 3, 8}) {
        for (int count = 1; count <= 49; ++count) {
          const Case c{count, canvas, gap};
          SCOPED_TRACE(name_of(c));
          holds(c, grid(count, canvas, gap));
          if (HasFailure()) return;
        }
      }
    }
  }
};

TEST_F(Grid, GivesEachPersonOneTileAndNobodyNone) {
  EXPECT_TRUE(grid(0, {1280, 720}, 8).empty());
  for_each_case([](const Case& c, const std::vector<Rectangle>& tiles) {
    EXPECT_EQ(std::ssize(tiles), c.count);
  });
}

TEST_F(Grid, KeepsTilesInsideTheCanvas) {
  for_each_case([](const Case& c, const std::vector<Rectangle>& tiles) {
    for (const Rectangle& tile : tiles) {
      EXPECT_GE(tile.x, 0);
      EXPECT_GE(tile.y, 0);
      EXPECT_LE(tile.x + tile.width, c.canvas.width);
      EXPECT_LE(tile.y + tile.height, c.canvas.height);
    }
  });
}

TEST_F(Grid, KeepsTilesApart) {
  for_each_case([](const Case& c, const std::vector<Rectangle>& tiles) {
    for (size_t i = 0; i < tiles.size(); ++i) {
      for (size_t j = 0; j < i; ++j) {
        const bool apart_across = std::abs(tiles[i].x - tiles[j].x) >= tiles[i].width + c.gap;
        const bool apart_down = std::abs(tiles[i].y - tiles[j].y) >= tiles[i].height + c.gap;
        EXPECT_TRUE(apart_across || apart_down) << i << " and " << j;
      }
    }
  });
}

TEST_F(Grid, MakesTilesEvenOfOneSizeAndWide) {
  for_each_case([](const Case&, const std::vector<Rectangle>& tiles) {
    for (const Rectangle& tile : tiles) {
      EXPECT_EQ(tile.size(), tiles.front().size());
      for (const int length : {tile.x, tile.y, tile.width, tile.height}) {
        EXPECT_EQ(length % 2, 0);
      }
      EXPECT_LE(std::abs(tile.height - tile.width * 9.0 / 16), 1.0);
    }
  });
}

TEST_F(Grid, ReadsFromLeftToRightAndFromTopToBottom) {
  for_each_case([](const Case&, const std::vector<Rectangle>& tiles) {
    for (size_t i = 1; i < tiles.size(); ++i) {
      const bool same_row = tiles[i].y == tiles[i - 1].y;
      EXPECT_TRUE(same_row ? tiles[i].x > tiles[i - 1].x : tiles[i].y > tiles[i - 1].y) << i;
    }
  });
}

TEST_F(Grid, CentresTheBlockAndEachRow) {
  for_each_case([](const Case& c, const std::vector<Rectangle>& tiles) {
    const auto expect_centred = [](int before, int after) {
      EXPECT_GE(after, before);
      EXPECT_LE(after - before, 3);  // 2 to be even, 1 on an odd canvas
    };
    expect_centred(tiles.front().y, c.canvas.height - tiles.back().y - tiles.back().height);
    for (size_t first = 0; first < tiles.size();) {
      size_t last = first;
      while (last + 1 < tiles.size() && tiles[last + 1].y == tiles[first].y) ++last;
      expect_centred(tiles[first].x, c.canvas.width - tiles[last].x - tiles[last].width);
      first = last + 1;
    }
  });
}

TEST_F(Grid, FillsEveryRowButTheLast) {
  for_each_case([](const Case&, const std::vector<Rectangle>& tiles) {
    std::vector<int> rows;
    for (size_t i = 0; i < tiles.size(); ++i) {
      if (i == 0 || tiles[i].y != tiles[i - 1].y) rows.push_back(0);
      ++rows.back();
    }
    for (const int in_row : rows) EXPECT_LE(in_row, rows.front());
    for (size_t i = 0; i + 1 < rows.size(); ++i) EXPECT_EQ(rows[i], rows.front());
  });
}

// Tries every even tile, from large to small, in every number of columns.
int widest_tile_by_brute_force(const Case& c) {
  const int gap = c.gap + c.gap % 2;
  for (int width = c.canvas.width / 2 * 2; width > 0; width -= 2) {
    const int height = static_cast<int>(std::lround(width * 9.0 / 32)) * 2;
    for (int columns = 1; columns <= c.count; ++columns) {
      const int rows = static_cast<int>(std::ceil(static_cast<double>(c.count) / columns));
      if (columns * width + (columns - 1) * gap <= c.canvas.width &&
          rows * height + (rows - 1) * gap <= c.canvas.height) {
        return width;
      }
    }
  }
  return 0;
}

TEST_F(Grid, HasNoLargerTilesInAnyNumberOfColumns) {
  for_each_case([](const Case& c, const std::vector<Rectangle>& tiles) {
    const int widest = widest_tile_by_brute_force(c);
    EXPECT_LE(tiles.front().width, widest);
    EXPECT_GE(tiles.front().width, widest - 2);
  });
}

TEST_F(Grid, GivesOnePersonTheWholeOfAWideCanvas) {
  for (const Resolution canvas : {Resolution{1280, 720}, {1920, 1080}, {640, 360}, {854, 480}}) {
    const Rectangle whole{0, 0, canvas.width, canvas.height};
    EXPECT_EQ(grid(1, canvas, 8), std::vector{whole});
  }
}

TEST_F(Grid, LooksAsOneWouldDrawIt) {
  using Tiles = std::vector<Rectangle>;
  EXPECT_EQ(grid(2, {1280, 720}, 0), (Tiles{{0, 180, 640, 360}, {640, 180, 640, 360}}));
  EXPECT_EQ(grid(3, {1280, 720}, 0),
            (Tiles{{0, 0, 640, 360}, {640, 0, 640, 360}, {320, 360, 640, 360}}));
  EXPECT_EQ(grid(5, {1280, 720}, 0), (Tiles{{0, 120, 426, 240},
                                            {426, 120, 426, 240},
                                            {852, 120, 426, 240},
                                            {214, 360, 426, 240},
                                            {640, 360, 426, 240}}));
  EXPECT_EQ(grid(2, {720, 1280}, 0), (Tiles{{0, 234, 720, 406}, {0, 640, 720, 406}}));
  EXPECT_EQ(grid(25, {1280, 720}, 0).front(), (Rectangle{0, 0, 256, 144}));
}

TEST_F(Grid, LeavesOutAGapThatLeavesNoRoom) {
  EXPECT_EQ(grid(25, {64, 64}, 40), grid(25, {64, 64}, 0));
  EXPECT_TRUE(grid(25, {8, 8}, 0).empty());
}

}  // namespace
}  // namespace tessera::mixer
