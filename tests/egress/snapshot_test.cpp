#include "egress/snapshot.h"

#include <gmock/gmock.h>

#include <fstream>

#include "egress/file_probe.h"
#include "support/sinks.h"
#include "support/temporary_folder.h"
#include "support/wait.h"

namespace tessera::egress {
namespace {

using std::chrono::seconds;
using test::wait_until;

class SnapshotTest : public testing::Test {
 protected:
  std::unique_ptr<Snapshot> take(const gst::Outlet& canvas) {
    return std::make_unique<Snapshot>(canvas, descriptions_,
                                      [this](const Result<std::string>& result) {
                                        ++calls_;
                                        result_ = result;
                                      });
  }

  gst::Descriptions descriptions_ = test::descriptions();
  int calls_ = 0;
  std::optional<Result<std::string>> result_;
};

// The canvas leaves both ends of the range of values out, JPEG doesn't (FFmpeg: yuvj420p).
TEST_F(SnapshotTest, IsAJpegOfTheCanvas) {
  const test::Source canvas(
      "videotestsrc is-live=true pattern=solid-color foreground-color=0xffc82828"
      " ! video/x-raw,format=I420,width=320,height=180,framerate=30/1,colorimetry=bt601");
  auto snapshot = take(canvas.out());
  EXPECT_EQ(calls_, 0);
  ASSERT_TRUE(wait_until([&] { return calls_ > 0; }));
  ASSERT_TRUE(*result_) << result_->error().message;
  const std::string jpeg = **result_;
  test::observe(std::chrono::milliseconds(100));
  EXPECT_EQ(calls_, 1);
  snapshot.reset();

  const test::TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "snapshot.jpg";
  std::ofstream(path) << jpeg;
  const test::FileProbe file(path);
  EXPECT_THAT(file.codecs(), testing::ElementsAre("mjpeg"));
  EXPECT_EQ(file.complaints(), "");
  const auto [red, green, blue] = file.colour();
  EXPECT_NEAR(red, 200, 5);
  EXPECT_NEAR(green, 40, 5);
  EXPECT_NEAR(blue, 40, 5);
}

TEST_F(SnapshotTest, SaysWhenThereIsNoPicture) {
  const auto canvas = test::make_pipeline("appsrc ! appsink name=out sync=false async=false");
  const gst::Outlet silent(*canvas, "out");
  const auto snapshot = take(silent);
  const TimePoint asked_at = Clock::now();
  ASSERT_TRUE(wait_until([&] { return calls_ > 0; }));
  ASSERT_FALSE(*result_);
  EXPECT_EQ(result_->error().code, "no_picture");
  EXPECT_GE(Clock::now() - asked_at, std::chrono::milliseconds(1900));
}

TEST_F(SnapshotTest, IsNotToldToWhoeverWantsItNoMore) {
  const test::Source canvas(
      "videotestsrc is-live=true ! video/x-raw,format=I420,width=320,height=180,framerate=30/1");
  auto unwanted = take(canvas.out());
  unwanted.reset();
  // What was taken later is there first.
  bool is_there = false;
  const Snapshot later(canvas.out(), descriptions_,
                       [&](const Result<std::string>&) { is_there = true; });
  ASSERT_TRUE(wait_until([&] { return is_there; }));
  EXPECT_EQ(calls_, 0);
}

}  // namespace
}  // namespace tessera::egress
