#include "mixer/labels.h"

#include <gtest/gtest.h>

#include "support/sinks.h"
#include "support/wait.h"

namespace tessera::mixer {
namespace {

using test::is_near;
using test::wait_until;

class LabelsTest : public testing::Test {
 protected:
  static constexpr Resolution canvas{64, 32};
  static constexpr test::Pixel black{16, 128, 128};
  static constexpr test::Pixel white{235, 128, 128};

  // White, as strong as alpha says.
  static Image image(Resolution size, std::uint8_t alpha = 255) {
    const auto bytes = static_cast<std::size_t>(size.width) * 4 * size.height;
    return {size, size.width * 4, std::vector<std::uint8_t>(bytes, alpha)};
  }

  std::optional<test::Pixel> pixel(int x, int y) {
    return seen_.received().pixel((x + 0.5) / canvas.width, (y + 0.5) / canvas.height);
  }

  testing::AssertionResult becomes(int x, int y, const test::Pixel& wanted) {
    if (wait_until([&] { return is_near(pixel(x, y), wanted); }))
      return testing::AssertionSuccess();
    return testing::AssertionFailure() << test::describe(pixel(x, y));
  }

  test::Source source_{
      "videotestsrc is-live=true pattern=black"
      " ! video/x-raw,format=I420,width=64,height=32,framerate=30/1,colorimetry=bt601"
      " ! identity name=labels"};
  test::PictureSink seen_{source_.out()};
  Labels labels_{source_.pipeline(), "labels", canvas};
};

TEST_F(LabelsTest, AreDrawnWhereTheyBelongAndNowhereElse) {
  labels_.set({{image({8, 4}), 20, 10}, {image({6, 6}), 58, 26}});
  EXPECT_TRUE(becomes(20, 10, white));
  for (const auto& [x, y] : {std::pair{27, 13}, {58, 26}, {63, 31}}) {
    EXPECT_TRUE(is_near(pixel(x, y), white)) << x << ", " << y;
  }
  for (const auto& [x, y] : {std::pair{19, 10}, {28, 13}, {20, 9}, {27, 14}, {57, 26}, {0, 0}}) {
    EXPECT_TRUE(is_near(pixel(x, y), black)) << x << ", " << y;
  }
}

TEST_F(LabelsTest, EachOfTwoThatAreTheSameIsDrawn) {
  labels_.set({{image({8, 4}), 20, 10}, {image({8, 4}), 40, 10}});
  EXPECT_TRUE(becomes(23, 11, white));
  EXPECT_TRUE(is_near(pixel(43, 11), white));
}

TEST_F(LabelsTest, LetThroughWhatIsBehindThem) {
  labels_.set({{image({8, 4}, 128), 20, 10}});
  EXPECT_TRUE(becomes(23, 11, {126, 128, 128}));
}

TEST_F(LabelsTest, MayBeOfOddSizesAndAtOddPlaces) {
  labels_.set({{image({7, 5}), 21, 11}});
  EXPECT_TRUE(becomes(23, 13, white));
  EXPECT_TRUE(is_near(pixel(29, 13), black));
  EXPECT_TRUE(is_near(pixel(23, 17), black));
}

TEST_F(LabelsTest, AreReplacedByThoseSetNext) {
  labels_.set({{image({8, 4}), 20, 10}});
  EXPECT_TRUE(becomes(23, 11, white));
  labels_.set({{image({8, 4}), 40, 10}});
  EXPECT_TRUE(becomes(43, 11, white));
  EXPECT_TRUE(is_near(pixel(23, 11), black));
  labels_.set({});
  EXPECT_TRUE(becomes(43, 11, black));
}

TEST_F(LabelsTest, ThatReachBeyondTheCanvasAreLeftOut) {
  labels_.set({{image({8, 4}), 60, 10},
               {image({8, 4}), -2, 10},
               {image({8, 4}), 20, 30},
               {image({8, 4}), 20, 10}});
  EXPECT_TRUE(becomes(23, 11, white));
  EXPECT_TRUE(is_near(pixel(61, 11), black));
  EXPECT_TRUE(is_near(pixel(0, 11), black));
  EXPECT_TRUE(is_near(pixel(23, 31), black));
}

}  // namespace
}  // namespace tessera::mixer
