#include "mixer/labels.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "gst/pipeline.h"

namespace tessera::mixer {
namespace {

using Composition =
    std::unique_ptr<GstVideoOverlayComposition, FreeWith<gst_video_overlay_composition_unref>>;

class LabelsTest : public testing::Test {
 protected:
  static Image image(std::uint8_t grey) {
    constexpr Resolution size{8, 4};
    return {size, size.width * 4, std::vector<std::uint8_t>(std::size_t{8} * 4 * 4, grey)};
  }

  // The numbers that GStreamer gave the overlays it would draw: what was made anew has another.
  std::vector<guint> overlays() const {
    GstVideoOverlayComposition* drawn = nullptr;
    g_signal_emit_by_name(pipeline_->element("labels").get(), "draw", nullptr, &drawn);
    const Composition composition(drawn);
    std::vector<guint> numbers;
    const guint count =
        composition ? gst_video_overlay_composition_n_rectangles(composition.get()) : 0;
    for (guint i = 0; i < count; ++i) {
      numbers.push_back(gst_video_overlay_rectangle_get_seqnum(
          gst_video_overlay_composition_get_rectangle(composition.get(), i)));
    }
    return numbers;
  }

  std::unique_ptr<gst::Pipeline> pipeline_ =
      *gst::Pipeline::create("labels", "fakesrc ! overlaycomposition name=labels ! fakesink");
  Labels labels_{*pipeline_, "labels"};
};

TEST_F(LabelsTest, WhatIsTheSameAsBeforeIsNotConvertedAgain) {
  labels_.set({{image(0), 0, 0}, {image(99), 20, 0}, {image(0), 40, 0}});
  const std::vector<guint> before = overlays();
  ASSERT_EQ(before.size(), 3U);
  labels_.set({{image(0), 40, 0}, {image(0), 0, 0}, {image(100), 20, 0}});
  const std::vector<guint> after = overlays();
  ASSERT_EQ(after.size(), 3U);
  EXPECT_EQ(after[0], before[2]);
  EXPECT_EQ(after[1], before[0]);
  EXPECT_NE(after[2], before[1]);
}

TEST_F(LabelsTest, EachOfTwoThatAreTheSameIsDrawn) {
  labels_.set({{image(0), 0, 0}});
  labels_.set({{image(0), 0, 0}, {image(0), 0, 0}});
  EXPECT_EQ(overlays().size(), 2U);
  labels_.set({});
  EXPECT_TRUE(overlays().empty());
}

}  // namespace
}  // namespace tessera::mixer
