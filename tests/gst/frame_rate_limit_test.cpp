#include "gst/frame_rate_limit.h"

#include <gmock/gmock.h>

#include <vector>

#include "gst/passage.h"

namespace tessera::gst {
namespace {

using testing::ElementsAre;

class FrameRateLimitTest : public test::PassageTest {
 protected:
  // The times of those that passed, in milliseconds.
  std::vector<int> pass(const std::vector<int>& times) {
    for (const int time : times) push(buffer(static_cast<GstClockTime>(time) * GST_MSECOND));
    std::vector<int> passed;
    for (const GstClockTime time : arrived())
      passed.push_back(static_cast<int>(time / GST_MSECOND));
    return passed;
  }

  FrameRateLimit limit_{*pipeline_, "passage", "src"};
};

TEST_F(FrameRateLimitTest, LetsAllPassWithoutALimit) {
  EXPECT_THAT(pass({0, 10, 20, 30}), ElementsAre(0, 10, 20, 30));
}

TEST_F(FrameRateLimitTest, HalvesARateOfTwice) {
  limit_.set(15);
  EXPECT_THAT(pass({1000, 1033, 1067, 1100, 1133, 1167, 1200}),
              ElementsAre(1000, 1067, 1133, 1200));
}

TEST_F(FrameRateLimitTest, LeavesALowerRateAlone) {
  limit_.set(15);
  EXPECT_THAT(pass({0, 100, 200, 300}), ElementsAre(0, 100, 200, 300));
}

TEST_F(FrameRateLimitTest, KeepsTheRateOfAnUnpunctualCamera) {
  limit_.set(15);
  EXPECT_THAT(pass({1000, 1025, 1055, 1105, 1130, 1172, 1195}),
              ElementsAre(1000, 1055, 1130, 1195));
}

TEST_F(FrameRateLimitTest, BeginsAnewAfterAPauseAndWhenTimeGoesBack) {
  limit_.set(10);
  EXPECT_THAT(pass({0, 50, 5000, 5050, 5100, 200, 250, 300}), ElementsAre(0, 5000, 5100, 200, 300));
}

TEST_F(FrameRateLimitTest, CanBeLifted) {
  limit_.set(10);
  EXPECT_THAT(pass({0, 33, 67}), ElementsAre(0));
  limit_.set(0);
  EXPECT_THAT(pass({100, 133, 167}), ElementsAre(100, 133, 167));
}

}  // namespace
}  // namespace tessera::gst
