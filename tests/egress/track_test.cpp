#include "egress/track.h"

#include <gmock/gmock.h>

#include "egress/composite.h"
#include "egress/file_probe.h"
#include "egress/recording.h"
#include "gst/runtime.h"
#include "support/temporary_folder.h"
#include "support/wait.h"

namespace tessera::egress {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::Composite;
using test::FileProbe;
using test::wait_until;
using testing::Contains;
using testing::DoubleNear;
using testing::ElementsAre;
using testing::IsEmpty;

// A recording, and one participant whose camera flashes when the composite does.
class TrackTest : public testing::TestWithParam<Track::Kind> {
 protected:
  TrackTest()
      : descriptions_(test::descriptions()),
        meeting_(Composite::Encoding::vp8_opus),
        person_(GetParam() == Track::Kind::h264 ? Composite::Encoding::h264_aac
                                                : Composite::Encoding::vp8_opus) {
    auto recording = Recording::start({folder_.path(), "meeting", Container::webm},
                                      meeting_.picture(), meeting_.sound(), descriptions_);
    EXPECT_TRUE(recording);
    recording_ = std::move(*recording);
  }

  std::unique_ptr<Track> start() {
    return std::make_unique<Track>(GetParam(),
                                   FileOptions{.folder = folder_.path(), .name = "track"},
                                   recording_->timeline(), descriptions_);
  }

  const gst::Outlet& frames() const {
    return GetParam() == Track::Kind::opus ? person_.sound() : person_.picture();
  }

  // At least so long, and away from a flash and a beep, which would be cut.
  bool records_until(Duration length) {
    return wait_until([&] {
      const GstClockTime at = gst::running_time() % GST_SECOND;
      return recording_->elapsed() >= length && at > 150 * GST_MSECOND && at < 700 * GST_MSECOND;
    });
  }

  void finish(Track& track) {
    recording_->stop();
    track.stop();
    EXPECT_TRUE(wait_until(
        [&] { return track.has_ended() && recording_->state() == Recording::State::finished; }));
  }

  // When the flash, or the beep, begins in a file, by its own time stamps.
  static std::vector<double> marks_in(const std::filesystem::path& path) {
    const FileProbe file(path);
    EXPECT_EQ(file.complaints(), "");
    std::vector<double> marks =
        GetParam() == Track::Kind::opus ? test::beeps(file.sound()) : test::flashes(file.frames());
    for (double& mark : marks) mark += file.start_time();
    return marks;
  }

  // Whether each flash of the track is in the recording, at the same place. Their number.
  std::size_t expect_same_places(const Track& track) {
    const std::vector<double> seen = marks_in(recording_->path());
    const std::vector<double> in_track = marks_in(track.path());
    for (const double at : in_track) EXPECT_THAT(seen, Contains(DoubleNear(at, 0.04)));
    return in_track.size();
  }

  test::TemporaryFolder folder_;
  gst::Descriptions descriptions_;
  Composite meeting_;
  Composite person_;
  std::unique_ptr<Recording> recording_;
};

TEST_P(TrackTest, IsWhatTheyEncodedAtTheRecordingsTime) {
  ASSERT_TRUE(records_until(milliseconds(700)));
  const auto track = start();
  track->feed(frames());
  ASSERT_TRUE(records_until(milliseconds(4700)));
  finish(*track);
  EXPECT_FALSE(track->reason());
  const FileProbe file(track->path());
  const std::string codec = GetParam() == Track::Kind::opus  ? "opus"
                            : GetParam() == Track::Kind::vp8 ? "vp8"
                                                             : "h264";
  EXPECT_THAT(file.codecs(), ElementsAre(codec));
  const std::string stream = GetParam() == Track::Kind::opus ? "a:0" : "v:0";
  ASSERT_FALSE(file.packet_times(stream).empty());
  EXPECT_GE(file.packet_times(stream).front(), 0.6);
  EXPECT_GE(expect_same_places(*track), 3U);
}

// What is in the pause isn't in it; and neither is what came while it wasn't fed, as that of a
// camera that was off.
TEST_P(TrackTest, HasTheRecordingsPausesAndItsOwnGaps) {
  const auto track = start();
  track->feed(frames());
  ASSERT_TRUE(records_until(milliseconds(2200)));
  recording_->pause();
  person_.mark();
  test::observe(seconds(1));  // Both ends are between two marks then.
  person_.unmark();
  recording_->resume();
  ASSERT_TRUE(records_until(milliseconds(4500)));
  track->starve();
  ASSERT_TRUE(records_until(milliseconds(6000)));
  track->feed(frames());
  ASSERT_TRUE(records_until(milliseconds(8500)));
  finish(*track);

  EXPECT_GE(expect_same_places(*track), 5U);
  const FileProbe file(track->path());
  const std::string stream = GetParam() == Track::Kind::opus ? "a:0" : "v:0";
  const std::vector<double> times = file.packet_times(stream);
  ASSERT_FALSE(times.empty());
  EXPECT_THAT(times, testing::Each(testing::AnyOf(testing::Lt(5.2), testing::Gt(5.9))));
  EXPECT_GT(times.back(), 8);
  if (GetParam() == Track::Kind::opus) {
    const std::vector<float> sound = file.sound();
    for (double at = 0; at < 4; at += 0.02) {
      EXPECT_LT(test::tone_db(sound, at, at + 0.02, Composite::mark_hz), -25) << at;
    }
  } else {
    for (const FileProbe::Frame& frame : file.frames()) EXPECT_LT(frame.u, 150) << frame.at;
  }
}

TEST_P(TrackTest, SaysSoIfItHadNoTimeToBegin) {
  const auto track = start();
  track->feed(frames());
  track->starve();
  track->stop();
  ASSERT_TRUE(wait_until([&] { return track->has_ended(); }));
  ASSERT_TRUE(track->reason());
  EXPECT_EQ(track->reason()->code, "recording_failed");
  EXPECT_TRUE(wait_until([&] { return test::names_in(folder_.path()).size() == 1; }));
}

TEST_P(TrackTest, LeavesNoFileIfNothingCame) {
  const auto track = start();
  track->stop();
  EXPECT_TRUE(wait_until([&] { return track->has_ended(); }));
  EXPECT_EQ(track->reason()->code, "no_media");
  EXPECT_THAT(track->path().string(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Egress, TrackTest,
                         testing::Values(Track::Kind::vp8, Track::Kind::h264, Track::Kind::opus),
                         [](const auto& kind) {
                           return kind.param == Track::Kind::vp8    ? "Vp8"
                                  : kind.param == Track::Kind::h264 ? "H264"
                                                                    : "Opus";
                         });

}  // namespace
}  // namespace tessera::egress
