#include "mixer/canvas.h"

#include <gtest/gtest.h>

#include <atomic>

#include "gst/route.h"
#include "support/sinks.h"
#include "support/wait.h"

namespace tessera::mixer {
namespace {

using test::PictureSink;
using test::wait_until;

class CanvasTest : public testing::Test {
 protected:
  CanvasTest()
      : descriptions_(test::descriptions()),
        canvas_(*Canvas::create("test", {{640, 360}, 30, 4}, descriptions_)),
        seen_(canvas_->out()) {}

  static Image solid(Resolution size, int red, int green, int blue) {
    Image image{size, size.width * 4, {}};
    for (int i = 0; i < size.width * size.height; ++i) {
      for (const int value : {blue, green, red, 255}) {
        image.argb.push_back(static_cast<std::uint8_t>(value));
      }
    }
    return image;
  }

  gst::Descriptions descriptions_;
  std::unique_ptr<Canvas> canvas_;
  PictureSink seen_;
};

TEST_F(CanvasTest, KeepsItsSizeAndFrameRateWithoutAnybody) {
  ASSERT_TRUE(wait_until([&] { return seen_.received().frames() > 0; }));
  seen_.received().start_measuring();
  test::observe(std::chrono::seconds(2));
  EXPECT_NEAR(seen_.received().frames_per_second(), 30, 3);
  EXPECT_EQ(seen_.received().size(), (Resolution{640, 360}));
}

TEST_F(CanvasTest, TakesAnotherFrameRateAndALimit) {
  const auto frame_rate = [&] {
    test::observe(std::chrono::milliseconds(300));
    seen_.received().start_measuring();
    test::observe(std::chrono::seconds(2));
    return seen_.received().frames_per_second();
  };
  canvas_->set_frame_rate(5);
  EXPECT_NEAR(frame_rate(), 5, 1);
  canvas_->set_frame_rate(30);
  EXPECT_NEAR(frame_rate(), 30, 3);
  canvas_->limit_frame_rate(10);
  EXPECT_NEAR(frame_rate(), 10, 1);
  canvas_->limit_frame_rate(0);
  EXPECT_NEAR(frame_rate(), 30, 3);
  EXPECT_EQ(seen_.received().size(), (Resolution{640, 360}));
}

TEST_F(CanvasTest, ShowsAStillPictureWhereItIsPlacedInItsOwnColour) {
  canvas_->show(2, {320, 180, 320, 180});
  canvas_->show_still(2, solid({320, 180}, 255, 0, 0));
  // Red in BT.601, limited range.
  EXPECT_TRUE(wait_until([&] {
    return test::is_near(seen_.received().pixel(0.75, 0.75), {81, 90, 240});
  })) << test::describe(seen_.received().pixel(0.75, 0.75));
  EXPECT_TRUE(test::is_near(seen_.received().pixel(0.25, 0.25), {16, 128, 128}));
}

TEST_F(CanvasTest, HidesASlotAndDoesNotShowItsOldPictureToTheNextUser) {
  canvas_->show(0, {0, 0, 640, 360});
  canvas_->show_still(0, solid({640, 360}, 255, 255, 255));
  ASSERT_TRUE(
      wait_until([&] { return test::is_near(seen_.received().pixel(0.5, 0.5), {235, 128, 128}); }));
  canvas_->hide(0);
  ASSERT_TRUE(
      wait_until([&] { return test::is_near(seen_.received().pixel(0.5, 0.5), {16, 128, 128}); }));
  test::observe(std::chrono::milliseconds(200));
  canvas_->show(0, {0, 0, 640, 360});
  test::observe(std::chrono::milliseconds(300));
  EXPECT_TRUE(test::is_near(seen_.received().pixel(0.5, 0.5), {16, 128, 128}));
}

TEST_F(CanvasTest, DrawsLabelsOverTheTiles) {
  canvas_->show(0, {0, 0, 640, 360});
  canvas_->show_still(0, solid({640, 360}, 0, 0, 255));
  canvas_->set_labels({{solid({40, 20}, 255, 255, 255), 100, 300}});
  EXPECT_TRUE(wait_until([&] {
    return test::is_near(seen_.received().pixel(120 / 640.0, 310 / 360.0), {235, 128, 128});
  })) << test::describe(seen_.received().pixel(120 / 640.0, 310 / 360.0));
  EXPECT_TRUE(wait_until([&] {
    return test::is_near(seen_.received().pixel(0.5, 0.5), {41, 240, 110});
  })) << test::describe(seen_.received().pixel(0.5, 0.5));
  canvas_->set_labels({});
  EXPECT_TRUE(wait_until([&] {
    return test::is_near(seen_.received().pixel(120 / 640.0, 310 / 360.0), {41, 240, 110});
  }));
}

// Tiles too small for a name have none.
TEST_F(CanvasTest, TakesAnEmptyLabelForNone) {
  static std::atomic<int> faults;
  faults = 0;
  g_log_set_default_handler(
      [](const gchar*, GLogLevelFlags level, const gchar*, gpointer) {
        if ((level & G_LOG_LEVEL_CRITICAL) != 0) ++faults;
      },
      nullptr);
  canvas_->set_labels({{draw_label("Ada", true, {8, 4}), 0, 0}, {solid({4, 4}, 0, 0, 0), 0, 0}});
  canvas_->set_labels({{Image{}, 0, 0}});
  g_log_set_default_handler(g_log_default_handler, nullptr);
  EXPECT_EQ(faults, 0);
}

}  // namespace
}  // namespace tessera::mixer
