#include "egress/recording.h"

#include <gmock/gmock.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cmath>
#include <fstream>

#include "egress/composite.h"
#include "egress/file_probe.h"
#include "egress/recorder_process.h"
#include "gst/pads.h"
#include "gst/runtime.h"
#include "support/temporary_folder.h"
#include "support/wait.h"

// What the next flush of a file to the disk fails with; 0: it doesn't.
static std::atomic<int> disk_fault = 0;
static std::atomic<bool> disk_hangs = false;
static std::atomic<bool> writes_hang = false;
static std::atomic<int> flushes = 0;

// In place of the C library's, also for GStreamer.
extern "C" ssize_t writev(int file, const iovec* parts, int count) {
  struct stat status = {};
  if (writes_hang && fstat(file, &status) == 0 && S_ISREG(status.st_mode)) writes_hang.wait(true);
  return syscall(SYS_writev, file, parts, count);
}

extern "C" int fdatasync(int file) {
  ++flushes;
  disk_hangs.wait(true);
  errno = disk_fault.exchange(0);
  return errno != 0 ? -1 : static_cast<int>(syscall(SYS_fdatasync, file));
}

namespace tessera::egress {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::Composite;
using test::FileProbe;
using test::names_in;
using test::wait_until;
using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;
using State = Recording::State;

// Of a flash and its beep, in seconds: AAC begins with a frame of nothing, 21 ms, which no file
// here says.
constexpr double together = 0.03;

// The longest time from one packet to the next.
double longest_step(const FileProbe& file, const std::string& stream) {
  const std::vector<double> times = file.packet_times(stream);
  double longest = 0;
  for (std::size_t i = 1; i < times.size(); ++i) {
    EXPECT_GT(times[i], times[i - 1]);
    longest = std::max(longest, times[i] - times[i - 1]);
  }
  return longest;
}

// What GStreamer makes of a file: how many pictures it decodes, and which are marked as keyframes.
std::pair<int, std::vector<double>> played(const std::filesystem::path& path) {
  const std::string demuxer = path.extension() == ".mp4" ? "qtdemux" : "matroskademux";
  const std::string text =
      "filesrc name=file ! " + demuxer +
      " name=demuxer  demuxer.video_0 ! queue ! identity name=packets ! decodebin ! fakesink"
      " name=pictures sync=false  demuxer.audio_0 ! queue ! decodebin ! fakesink sync=false";
  const auto pipeline = gst::Ref<GstElement>::share(gst_parse_launch(text.c_str(), nullptr));
  const auto named = [&](const char* name) {
    return gst::Ref<GstElement>::adopt(gst_bin_get_by_name(GST_BIN(pipeline.get()), name));
  };
  std::pair<int, std::vector<double>> result;
  g_object_set(named("file").get(), "location", path.c_str(), nullptr);
  gst_pad_add_probe(
      gst::static_pad(named("packets").get(), "src").get(), GST_PAD_PROBE_TYPE_BUFFER,
      [](GstPad*, GstPadProbeInfo* info, gpointer keyframes) {
        const GstBuffer* packet = GST_PAD_PROBE_INFO_BUFFER(info);
        if (!GST_BUFFER_FLAG_IS_SET(packet, GST_BUFFER_FLAG_DELTA_UNIT)) {
          static_cast<std::vector<double>*>(keyframes)->push_back(
              static_cast<double>(GST_BUFFER_PTS(packet)) / GST_SECOND);
        }
        return GST_PAD_PROBE_OK;
      },
      &result.second, nullptr);
  gst_pad_add_probe(
      gst::static_pad(named("pictures").get(), "sink").get(), GST_PAD_PROBE_TYPE_BUFFER,
      [](GstPad*, GstPadProbeInfo*, gpointer pictures) {
        ++*static_cast<int*>(pictures);
        return GST_PAD_PROBE_OK;
      },
      &result.first, nullptr);
  gst_element_set_state(pipeline.get(), GST_STATE_PLAYING);
  const auto bus = gst::Ref<GstBus>::adopt(gst_element_get_bus(pipeline.get()));
  const auto end = gst::Ref<GstMessage>::adopt(gst_bus_timed_pop_filtered(
      bus.get(), 10 * GST_SECOND, GstMessageType(GST_MESSAGE_EOS | GST_MESSAGE_ERROR)));
  EXPECT_TRUE(end && GST_MESSAGE_TYPE(end.get()) == GST_MESSAGE_EOS);
  gst_element_set_state(pipeline.get(), GST_STATE_NULL);
  return result;
}

class RecordingTest : public testing::TestWithParam<Container> {
 protected:
  RecordingTest()
      : descriptions_(test::descriptions()),
        composite_(GetParam() == Container::mp4 ? Composite::Encoding::h264_aac
                                                : Composite::Encoding::vp8_opus) {}

  RecordingOptions options() const { return {folder_.path(), "a meeting 10-30", GetParam()}; }
  std::string ending() const { return GetParam() == Container::mp4 ? ".mp4" : ".webm"; }

  // Away from a flash and a beep, which would be cut.
  static void wait_for_dark() {
    ASSERT_TRUE(wait_until([] {
      const GstClockTime at = gst::running_time() % GST_SECOND;
      return at > 150 * GST_MSECOND && at < 300 * GST_MSECOND;
    }));
  }

  std::unique_ptr<Recording> start(const RecordingOptions& options) {
    wait_for_dark();
    auto recording =
        Recording::start(options, composite_.picture(), composite_.sound(), descriptions_);
    EXPECT_TRUE(recording) << recording.error().message;
    return std::move(*recording);
  }

  static bool has_ended(const Recording& recording) {
    return recording.state() == State::finished || recording.state() == State::failed;
  }
  static bool reaches(const Recording& recording, Duration length) {
    return wait_until([&] { return recording.elapsed() >= length; });
  }
  static void finish(Recording& recording) {
    wait_for_dark();  // So that no flash is cut.
    recording.stop();
    EXPECT_TRUE(wait_until([&] { return has_ended(recording); }));
    EXPECT_EQ(recording.state(), State::finished);
  }

  test::TemporaryFolder folder_;
  gst::Descriptions descriptions_;
  Composite composite_;
};

TEST_P(RecordingTest, IsAFileThatOthersPlay) {
  const auto recording = start(options());
  ASSERT_TRUE(reaches(*recording, seconds(4)));
  EXPECT_THAT(names_in(folder_.path()), ElementsAre(".a meeting 10-30" + ending() + ".part"));
  finish(*recording);
  EXPECT_THAT(names_in(folder_.path()), ElementsAre("a meeting 10-30" + ending()));
  EXPECT_EQ(recording->path(), folder_.path() / ("a meeting 10-30" + ending()));
  EXPECT_EQ(recording->bytes(), std::filesystem::file_size(recording->path()));
  EXPECT_FALSE(recording->reason());

  const FileProbe file(recording->path());
  EXPECT_THAT(file.codecs(), GetParam() == Container::mp4 ? ElementsAre("h264", "aac")
                                                          : ElementsAre("vp8", "opus"));
  EXPECT_EQ(file.complaints(), "");
  EXPECT_NEAR(file.duration(), static_cast<double>(recording->elapsed().count()) / 1000, 0.2);
  const std::vector<double> pictures = file.packet_times("v:0");
  const std::vector<double> sounds = file.packet_times("a:0");
  EXPECT_NEAR(pictures.front(), 0, 0.03);
  EXPECT_NEAR(sounds.front(), 0, 0.05);

  // Flash and beep are at the same time, and a second apart.
  const std::vector<double> seen = test::flashes(file.frames());
  const std::vector<double> heard = test::beeps(file.sound());
  ASSERT_GE(seen.size(), 3U);
  ASSERT_EQ(heard.size(), seen.size());
  for (std::size_t i = 0; i < seen.size(); ++i) EXPECT_NEAR(heard[i], seen[i], together);
  EXPECT_NEAR(seen[1] - seen[0], 1, 0.02);
  EXPECT_NEAR(test::tone_db(file.sound(), heard[1] + 0.01, heard[1] + 0.08, Composite::beep_hz), -6,
              2);
}

// x264enc answers the end of a flash with an intra picture that is no keyframe. FFmpeg finds out
// for itself which picture is one; GStreamer says what stands in the file, and decodes it as well.
TEST_P(RecordingTest, IsDecodedByGStreamerAndNamesItsKeyframes) {
  const auto recording = start(options());
  ASSERT_TRUE(reaches(*recording, milliseconds(3500)));
  finish(*recording);
  const auto [pictures, keyframes] = played(recording->path());
  EXPECT_GT(pictures, 95);
  ASSERT_FALSE(keyframes.empty());
  EXPECT_EQ(keyframes.front(), 0);
  for (const double flash : test::flashes(FileProbe(recording->path()).frames())) {
    EXPECT_THAT(keyframes, Each(Not(testing::DoubleNear(flash + 0.1, 0.02))));
  }
}

// The marks are within the pause: none of them may be seen or heard.
TEST_P(RecordingTest, LeavesAPauseOutAndGoesOnWithoutAGap) {
  const auto recording = start(options());
  ASSERT_TRUE(reaches(*recording, milliseconds(2500)));
  recording->pause();
  composite_.mark();
  EXPECT_EQ(recording->state(), State::paused);
  const Duration at_pause = recording->elapsed();
  test::observe(milliseconds(1300));
  EXPECT_EQ(recording->elapsed(), at_pause);
  composite_.unmark();
  recording->resume();
  EXPECT_EQ(recording->state(), State::recording);
  ASSERT_TRUE(reaches(*recording, at_pause + milliseconds(2500)));
  finish(*recording);

  const FileProbe file(recording->path());
  EXPECT_EQ(file.complaints(), "");
  const double length = static_cast<double>(recording->elapsed().count()) / 1000;
  const double splice = static_cast<double>(at_pause.count()) / 1000;
  EXPECT_NEAR(file.duration(), length, 0.2);
  EXPECT_LT(length, 6);
  for (const char* stream : {"v:0", "a:0"}) EXPECT_LT(longest_step(file, stream), 0.08) << stream;
  const std::vector<FileProbe::Frame> frames = file.frames();
  EXPECT_GT(frames.size(), 120U);
  for (const FileProbe::Frame& frame : frames) EXPECT_LT(frame.u, 150) << frame.at;
  const std::vector<float> sound = file.sound();
  for (double at = 0; at + 0.02 <= length; at += 0.02) {
    EXPECT_LT(test::tone_db(sound, at, at + 0.02, Composite::mark_hz), -25) << at;
  }
  EXPECT_THAT(file.keyframe_times(), testing::Contains(testing::DoubleNear(splice, 0.02)));

  // Lips and voice are together after it as before.
  const std::vector<double> seen = test::flashes(frames);
  const std::vector<double> heard = test::beeps(sound);
  ASSERT_GE(seen.size(), 4U);
  ASSERT_GT(seen.back(), splice);
  for (const double flash : seen) {
    if (std::abs(flash - splice) < 0.15) continue;  // May be cut.
    EXPECT_THAT(heard, testing::Contains(testing::DoubleNear(flash, together)));
  }
}

TEST_P(RecordingTest, MayEndWhileItIsPaused) {
  const auto recording = start(options());
  ASSERT_TRUE(reaches(*recording, seconds(1)));
  recording->pause();
  finish(*recording);
  const FileProbe file(recording->path());
  EXPECT_EQ(file.complaints(), "");
  EXPECT_NEAR(file.duration(), static_cast<double>(recording->elapsed().count()) / 1000, 0.1);
}

TEST_P(RecordingTest, NeverOverwritesWhatIsThere) {
  const std::string name = "a meeting 10-30";
  std::ofstream(folder_.path() / (name + ending())) << "dear";
  const auto one = start(options());
  const auto other = start(options());
  ASSERT_TRUE(reaches(*one, seconds(1)));
  ASSERT_TRUE(reaches(*other, seconds(1)));
  finish(*one);
  finish(*other);
  EXPECT_THAT(
      names_in(folder_.path()),
      UnorderedElementsAre(name + "-2" + ending(), name + "-3" + ending(), name + ending()));
  EXPECT_EQ(std::filesystem::file_size(folder_.path() / (name + ending())), 4U);
  EXPECT_EQ(FileProbe(other->path()).complaints(), "");
}

TEST_P(RecordingTest, GoesOnWhenItsEncodersAreReplaced) {
  const auto recording = start(options());
  ASSERT_TRUE(reaches(*recording, seconds(2)));
  const auto encoding = GetParam() == Container::mp4 ? Composite::Encoding::h264_main_aac
                                                     : Composite::Encoding::vp8_opus;
  Composite other(encoding);
  wait_for_dark();
  recording->feed(other.picture(), other.sound());
  ASSERT_TRUE(reaches(*recording, seconds(5)));
  finish(*recording);

  const FileProbe file(recording->path());
  EXPECT_EQ(file.complaints(), "");
  const std::vector<double> seen = test::flashes(file.frames());
  const std::vector<double> heard = test::beeps(file.sound());
  ASSERT_GE(seen.size(), 4U);
  EXPECT_GT(seen.back(), 3);
  for (const double flash : seen) {
    EXPECT_THAT(heard, testing::Contains(testing::DoubleNear(flash, together)));
  }
}

TEST_P(RecordingTest, CanBeSoughtToATenthSecond) {
  const auto recording = start(options());
  ASSERT_TRUE(wait_until([&] { return recording->elapsed() >= milliseconds(11500); }, seconds(20)));
  finish(*recording);
  EXPECT_THAT(FileProbe(recording->path()).keyframe_times(),
              testing::Contains(testing::DoubleNear(10, 1.1)));
}

TEST_P(RecordingTest, FailsWhenItsFolderGoesAndLetsTheEncodersBe) {
  const auto recording = start(options());
  ASSERT_TRUE(reaches(*recording, seconds(1)));
  std::filesystem::remove_all(folder_.path());
  ASSERT_TRUE(wait_until([&] { return recording->state() == State::failed; }));
  EXPECT_EQ(recording->reason()->code, "recording_failed");
  EXPECT_TRUE(recording->path().empty());
  EXPECT_TRUE(wait_until([&] { return *composite_.picture().silent_for() < milliseconds(100); }));
}

// The system tells of it once.
TEST_P(RecordingTest, IsNotCalledWholeWhenTheDiskHasLostSomething) {
  for (const auto& [fault, code] :
       {std::pair(EIO, "recording_failed"), std::pair(ENOSPC, "disk_full")}) {
    const auto recording = start(options());
    ASSERT_TRUE(reaches(*recording, seconds(1)));
    disk_fault = fault;
    ASSERT_TRUE(wait_until([&] { return has_ended(*recording); }));
    EXPECT_EQ(recording->state(), State::failed);
    EXPECT_EQ(recording->reason()->code, code);
    EXPECT_THAT(recording->path().string(), testing::HasSubstr("(interrupted)"));
  }
}

// Whoever asks for it first.
TEST_P(RecordingTest, IsNotCalledWholeWhenTheDiskLosesSomethingAsItEnds) {
  const auto recording = start(options());
  ASSERT_TRUE(reaches(*recording, seconds(1)));
  disk_hangs = true;
  disk_fault = EIO;
  const int before = flushes;
  EXPECT_TRUE(wait_until([&] { return flushes > before; }));
  recording->stop();
  test::observe(milliseconds(500));
  EXPECT_EQ(recording->state(), State::finishing);
  disk_hangs = false;
  disk_hangs.notify_all();
  ASSERT_TRUE(wait_until([&] { return has_ended(*recording); }));
  EXPECT_EQ(recording->state(), State::failed);
  EXPECT_EQ(recording->reason()->code, "recording_failed");
  EXPECT_THAT(recording->path().string(), testing::HasSubstr("(interrupted)"));
}

// A disk on which nothing can be written, until this goes.
struct StuckDisk {
  StuckDisk() { writes_hang = true; }
  ~StuckDisk() {
    writes_hang = false;
    writes_hang.notify_all();
  }
};

TEST_P(RecordingTest, TellsOfADiskThatIsTooSlowAndGoesOn) {
  const auto recording = start(options());
  std::vector<State> states;
  recording->on_change([&](State state) { states.push_back(state); });
  ASSERT_TRUE(reaches(*recording, seconds(1)));
  {
    const StuckDisk stuck;
    ASSERT_TRUE(wait_until([&] { return !states.empty(); }, seconds(20)));
    EXPECT_EQ(recording->reason()->code, "too_slow");
  }
  test::observe(seconds(12));
  recording->stop();
  ASSERT_TRUE(wait_until([&] { return has_ended(*recording); }));
  EXPECT_THAT(states, ElementsAre(State::recording, State::finishing, State::finished));
  EXPECT_EQ(recording->reason()->code, "too_slow");
  const FileProbe file(recording->path());
  EXPECT_EQ(file.complaints(), "");
  EXPECT_GT(file.keyframe_times().back(), file.duration() - 11);
}

TEST_P(RecordingTest, TellsAtOnceThatItCannotBeFinished) {
  const auto recording = start(options());
  ASSERT_TRUE(reaches(*recording, seconds(1)));
  bool is_told = false;
  recording->on_change([&](State) { is_told = is_told || recording->reason(); });
  {
    const StuckDisk stuck;
    recording->stop();
    ASSERT_TRUE(wait_until([&] { return is_told; }));
    EXPECT_EQ(recording->state(), State::finishing);
    EXPECT_EQ(recording->reason()->code, "recording_failed");
  }
  ASSERT_TRUE(wait_until([&] { return has_ended(*recording); }));
  EXPECT_EQ(recording->state(), State::failed);
  EXPECT_THAT(recording->path().string(), testing::HasSubstr("(interrupted)"));
}

TEST_P(RecordingTest, SaysWhyItCannotBegin) {
  RecordingOptions nowhere = options();
  nowhere.folder = "/proc/nothing";
  const auto failed =
      Recording::start(nowhere, composite_.picture(), composite_.sound(), descriptions_);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, "recording_failed");
  RecordingOptions too_much = options();
  too_much.stop_below = 1ULL << 60U;
  const auto full =
      Recording::start(too_much, composite_.picture(), composite_.sound(), descriptions_);
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().code, "disk_full");
  EXPECT_TRUE(wait_until([&] { return names_in(folder_.path()).empty(); }));
}

TEST_P(RecordingTest, LeavesNothingOfWhatNeverBegan) {
  const auto picture = test::make_pipeline("appsrc ! appsink name=out sync=false async=false");
  const gst::Outlet silent(*picture, "out");
  const auto recording = *Recording::start(options(), silent, composite_.sound(), descriptions_);
  recording->stop();
  ASSERT_TRUE(wait_until([&] { return recording->state() == State::failed; }));
  EXPECT_EQ(recording->reason()->code, "no_media");
  EXPECT_THAT(names_in(folder_.path()), IsEmpty());
}

TEST_P(RecordingTest, KeepsWhatThereIsWhenItIsDestroyed) {
  auto recording = start(options());
  ASSERT_TRUE(reaches(*recording, seconds(2)));
  recording.reset();
  const std::string name = "a meeting 10-30 (interrupted)" + ending();
  ASSERT_TRUE(wait_until([&] { return names_in(folder_.path()) == std::vector{name}; }));
  EXPECT_FALSE(FileProbe(folder_.path() / name).packet_times("v:0").empty());
}

TEST_P(RecordingTest, OfACrashedServerPlaysToItsLastSecond) {
  test::RecorderProcess recorder(folder_.path(), ending());
  ASSERT_TRUE(wait_until([&] { return recorder.elapsed() >= 4; }));
  const std::string part = ".a meeting 10-30" + ending() + ".part";
  // Another server lets it be.
  EXPECT_THAT(recover_recordings(folder_.path()), IsEmpty());
  EXPECT_THAT(names_in(folder_.path()), ElementsAre(part));
  const double elapsed = recorder.elapsed();
  recorder.kill();

  const auto recovered = recover_recordings(folder_.path());
  const std::string name = "a meeting 10-30 (interrupted)" + ending();
  EXPECT_THAT(recovered, ElementsAre(folder_.path() / name));
  EXPECT_THAT(names_in(folder_.path()), ElementsAre(name));
  const FileProbe file(folder_.path() / name);
  ASSERT_EQ(file.codecs().size(), 2U);
  EXPECT_EQ(file.complaints(), "");
  EXPECT_GT(file.frames().back().at, elapsed - 1);
  EXPECT_GT(static_cast<double>(file.sound().size()) / 48000, elapsed - 1);
  EXPECT_LT(longest_step(file, "v:0"), 0.08);
  if (GetParam() == Container::mp4) {
    EXPECT_GT(file.duration(), elapsed - 1);
  }
  EXPECT_GE(test::flashes(file.frames()).size(), 3U);
}

TEST_P(RecordingTest, IsNotRecoveredIfItIsEmptyOrSomethingElse) {
  std::ofstream(folder_.path() / (".old" + ending() + ".part"));
  std::ofstream(folder_.path() / ".notes.txt.part") << "mine";
  EXPECT_THAT(recover_recordings(folder_.path()), IsEmpty());
  EXPECT_THAT(names_in(folder_.path()), ElementsAre(".notes.txt.part"));
  EXPECT_THAT(recover_recordings(folder_.path() / "nothing"), IsEmpty());
}

// A disk of its own, to be filled.
class SmallDiskTest : public RecordingTest {
 protected:
  void SetUp() override {
    if (mount("none", folder_.path().c_str(), "tmpfs", 0, "size=8m") != 0) {
      GTEST_SKIP() << "needs the right to mount";
    }
    is_mounted_ = true;
  }
  ~SmallDiskTest() override {
    // The pipeline may still have the file open.
    if (is_mounted_) umount2(folder_.path().c_str(), MNT_DETACH);
  }

  void fill(std::uintmax_t bytes_left) const {
    const auto free = std::filesystem::space(folder_.path()).free;
    std::ofstream(folder_.path() / "other", std::ios::app) << std::string(free - bytes_left, 'x');
  }

  bool is_mounted_ = false;
};

TEST_P(SmallDiskTest, IsWarnedOfOnceAndEndsTheRecordingWhole) {
  RecordingOptions options = this->options();
  options.warn_below = 4 << 20;
  options.stop_below = 2 << 20;
  const auto recording = start(options);
  int warnings = 0;
  recording->on_disk_low([&](std::uint64_t left) {
    ++warnings;
    EXPECT_LT(left, options.warn_below);
  });
  ASSERT_TRUE(reaches(*recording, seconds(2)));
  EXPECT_EQ(warnings, 0);
  fill(3 << 20);
  ASSERT_TRUE(wait_until([&] { return warnings == 1; }));
  ASSERT_TRUE(reaches(*recording, recording->elapsed() + milliseconds(2200)));
  EXPECT_EQ(warnings, 1);
  EXPECT_EQ(recording->state(), State::recording);
  fill(1 << 20);
  ASSERT_TRUE(wait_until([&] { return has_ended(*recording); }));
  EXPECT_EQ(recording->state(), State::finished);
  EXPECT_EQ(recording->reason()->code, "disk_full");
  const FileProbe file(recording->path());
  EXPECT_EQ(file.complaints(), "");
  EXPECT_GT(file.duration(), 4);
}

TEST_P(SmallDiskTest, ThatIsFullEndsTheRecordingAndKeepsWhatThereIs) {
  RecordingOptions options = this->options();
  options.warn_below = options.stop_below = 0;
  const auto recording = start(options);
  std::vector<State> states;
  recording->on_change([&](State state) { states.push_back(state); });
  ASSERT_TRUE(reaches(*recording, seconds(2)));
  fill(0);
  ASSERT_TRUE(wait_until([&] { return has_ended(*recording); }));
  EXPECT_THAT(states, ElementsAre(State::finishing, State::failed));
  EXPECT_EQ(recording->reason()->code, "disk_full");
  EXPECT_EQ(recording->path(), folder_.path() / ("a meeting 10-30 (interrupted)" + ending()));
  const FileProbe file(recording->path());
  const auto frames = file.frames();
  ASSERT_FALSE(frames.empty()) << file.complaints();
  EXPECT_GT(frames.back().at, 1);
  EXPECT_LT(*composite_.picture().silent_for(), milliseconds(500));
}

constexpr auto container_name = [](const auto& test) {
  return test.param == Container::mp4 ? "Mp4" : "Webm";
};
INSTANTIATE_TEST_SUITE_P(Recording, SmallDiskTest, testing::Values(Container::mp4, Container::webm),
                         container_name);
INSTANTIATE_TEST_SUITE_P(Recording, RecordingTest, testing::Values(Container::mp4, Container::webm),
                         container_name);

}  // namespace
}  // namespace tessera::egress
