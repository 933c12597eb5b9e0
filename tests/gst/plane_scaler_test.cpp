#include "gst/plane_scaler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace tessera::gst {
namespace {

// A plane with a margin, which nobody may touch.
struct Picture {
  Resolution size;
  int stride = size.width + 5;
  std::vector<std::uint8_t> pixels =
      std::vector<std::uint8_t>(static_cast<std::size_t>(stride) * size.height, 77);

  std::uint8_t& at(int x, int y) { return pixels[static_cast<std::size_t>(y) * stride + x]; }
  Plane plane() { return {pixels.data(), stride}; }
};

// Waves that no filter takes away, and an edge.
Picture some_picture(Resolution size) {
  Picture picture{size};
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      const double wave = std::sin(x * 0.7) * 50 + std::cos(y * 0.4) * 50;
      picture.at(x, y) = static_cast<std::uint8_t>(100 + wave + (x > size.width / 3 ? 55 : 0));
    }
  }
  return picture;
}

// The textbook's bilinear filter: pixels are points in the middle of their squares.
double expected(Picture& from, Resolution to, int x, int y) {
  const auto place = [](int pixel, int many, int few) {
    return std::clamp((pixel + 0.5) * many / few - 0.5, 0.0, many - 1.0);
  };
  const double sx = place(x, from.size.width, to.width);
  const double sy = place(y, from.size.height, to.height);
  const int left = static_cast<int>(sx);
  const int top = static_cast<int>(sy);
  const int right = std::min(left + 1, from.size.width - 1);
  const int bottom = std::min(top + 1, from.size.height - 1);
  const auto between = [](double a, double b, double weight) { return a + (b - a) * weight; };
  return between(between(from.at(left, top), from.at(right, top), sx - left),
                 between(from.at(left, bottom), from.at(right, bottom), sx - left), sy - top);
}

struct Sizes {
  Resolution from;
  Resolution to;
};

class PlaneScalerTest : public testing::TestWithParam<Sizes> {};

TEST_P(PlaneScalerTest, ScalesAsTheTextbookSays) {
  const auto [from, to] = GetParam();
  Picture in = some_picture(from);
  Picture out{to};
  PlaneScaler(from, to).scale(in.plane(), out.plane());
  double worst = 0;
  for (int y = 0; y < to.height; ++y) {
    for (int x = 0; x < to.width; ++x) {
      worst = std::max(worst, std::abs(out.at(x, y) - expected(in, to, x, y)));
    }
    for (int x = to.width; x < out.stride; ++x) ASSERT_EQ(out.at(x, y), 77) << x << "," << y;
  }
  EXPECT_LE(worst, 4);
}

std::string text_of(Resolution size) {
  return std::to_string(size.width) + "x" + std::to_string(size.height);
}

std::string name_of(const testing::TestParamInfo<Sizes>& test) {
  return text_of(test.param.from) + "To" + text_of(test.param.to);
}

INSTANTIATE_TEST_SUITE_P(Sizes, PlaneScalerTest,
                         testing::Values(Sizes{{640, 360}, {420, 236}},   // a camera to a tile
                                         Sizes{{320, 180}, {210, 118}},   // its chroma
                                         Sizes{{320, 180}, {1280, 720}},  // one who is alone
                                         Sizes{{64, 36}, {64, 36}}, Sizes{{16, 9}, {17, 10}},
                                         Sizes{{17, 3}, {16, 3}}, Sizes{{29, 1}, {16, 1}},
                                         Sizes{{1000, 4}, {545, 4}}),
                         name_of);

TEST(PlaneScaler, ScalesWhatIsTooSmallForSixteenAtOnce) {
  for (const Resolution from : {Resolution{1, 1}, Resolution{15, 9}, Resolution{200, 9}}) {
    for (const Resolution to : {Resolution{1, 1}, Resolution{7, 9}, Resolution{40, 20}}) {
      Picture in{from};
      Picture out{to};
      std::ranges::fill(out.pixels, 0);
      PlaneScaler(from, to).scale(in.plane(), out.plane());
      for (int x = 0; x < to.width; ++x) {
        EXPECT_NEAR(out.at(x, to.height - 1), 77, 1) << text_of(from) << " to " << text_of(to);
      }
    }
  }
}

TEST(PlaneScaler, AveragesWhatBecomesMuchSmaller) {
  Picture in{{400, 300}};
  for (int y = 0; y < 300; ++y) {
    for (int x = 0; x < 400; ++x) in.at(x, y) = x % 2 == 0 ? 0 : 200;
  }
  Picture out{{100, 75}};
  PlaneScaler(in.size, out.size).scale(in.plane(), out.plane());
  for (int x = 0; x < 100; ++x) EXPECT_NEAR(out.at(x, 40), 100, 2) << x;
}

}  // namespace
}  // namespace tessera::gst
