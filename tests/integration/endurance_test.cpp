#include <gtest/gtest.h>
#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "support/client.h"
#include "support/sanitizers.h"
#include "support/server_process.h"
#include "support/sinks.h"
#include "support/wait.h"

namespace tessera::test {
namespace {

using namespace std::chrono_literals;
using testing::AssertionFailure;
using testing::AssertionResult;
using testing::AssertionSuccess;

// 320x180 at 30 frames/s with much detail in motion: an H.264 file that TEST_VIDEO names,
// or else a generated picture.
std::string camera() {
  const char* file = g_getenv("TEST_VIDEO");
  const std::string source = file != nullptr
                                 ? std::string("multifilesrc loop=true location=") + file +
                                       " ! h264parse ! avdec_h264 ! videorate ! identity sync=true"
                                 : "videotestsrc is-live=true pattern=zone-plate kx2=12 ky2=9 kt=4";
  return source +
         " ! videoconvert ! videoscale ! video/x-raw,format=I420,width=320,height=180,"
         "framerate=30/1 ! vp8enc deadline=1 cpu-used=8 end-usage=cbr target-bitrate=200000"
         " keyframe-max-dist=3000 min-force-key-unit-interval=500000000";
}

// A sound with the rhythm of speech: syllables of noise, four a second, with softer noise between
// them; or a WAV file that TEST_SPEECH names.
class Speech {
 public:
  Speech() : source_(text()) {
    if (file() != nullptr) return;
    syllables_.start_repeating(125ms, [this, is_loud = true]() mutable {
      is_loud = !is_loud;
      source_.pipeline().set("syllables", "volume", is_loud ? 0.2 : 0.01);
    });
  }

  const gst::Outlet& out() const { return source_.out(); }

 private:
  static const char* file() { return g_getenv("TEST_SPEECH"); }
  static std::string text() {
    const std::string source =
        file() != nullptr ? std::string("multifilesrc loop=true location=") + file() +
                                " ! wavparse ignore-length=true"
                          : "audiotestsrc is-live=true wave=pink-noise samplesperbuffer=960"
                            " ! volume name=syllables volume=0.2";
    return source +
           " ! audioconvert ! audioresample ! audio/x-raw,rate=48000,channels=1"
           " ! identity sync=true ! opusenc audio-type=voice";
  }

  Source source_;
  Timer syllables_;
};

// Watches a place in the picture that blinks: how long it stood still at most.
class MotionWatch {
 public:
  MotionWatch(Client& viewer, const Client::Point& place) : viewer_(viewer), place_(place) {
    timer_.start_repeating(10ms, [this] { look(); });
  }

  Duration longest_standstill() const {
    return std::chrono::duration_cast<Duration>(std::max(longest_, Clock::now() - changed_));
  }

 private:
  void look() {
    const auto pixel = viewer_.received().pixel(place_.x, place_.y);
    if (!pixel || std::abs(pixel->y - brightness_) < 60) return;  // Of the 219 from black to white.
    brightness_ = pixel->y;
    longest_ = std::max(longest_, Clock::now() - changed_);
    changed_ = Clock::now();
  }

  Client& viewer_;
  Client::Point place_;
  int brightness_ = 0;
  TimePoint changed_ = Clock::now();
  Clock::duration longest_{};
  Timer timer_;
};

// Wakes up a hundred times a second, before all that isn't as urgent: how late it came to that at
// most. What keeps it from running isn't the server, nor its load, but the machine. Where it may
// not be so urgent, it tells nothing.
class Sleeper {
 public:
  Duration latest() const { return std::chrono::duration_cast<Duration>(latest_.load()); }
  bool is_urgent() const { return is_urgent_; }

 private:
  void run(const std::stop_token& end) {
    const sched_param priority{.sched_priority = 1};
    is_urgent_ = pthread_setschedparam(pthread_self(), SCHED_FIFO, &priority) == 0;
    for (TimePoint next = Clock::now(); !end.stop_requested(); next = Clock::now()) {
      next += 10ms;
      std::this_thread::sleep_until(next);
      latest_ = std::max<Clock::duration>(latest_, Clock::now() - next);
    }
  }

  std::atomic<bool> is_urgent_ = false;
  std::atomic<Clock::duration> latest_ = Clock::duration{};
  std::jthread thread_{[this](const std::stop_token& end) { run(end); }};
};

double own_cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) { return time.tv_sec + time.tv_usec / 1e6; };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// What other users of the machine took from this one, of all processors, in seconds: the eighth
// number (proc_stat(5)). 0 where the kernel doesn't know.
double stolen_cpu_seconds() {
  std::ifstream stat("/proc/stat");
  std::string cpu;
  stat >> cpu;
  double ticks = 0;
  for (int i = 0; i < 8; ++i) stat >> ticks;
  return ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

template <typename Number>
void report(const std::string& name, Number value) {
  testing::Test::RecordProperty(name, (std::ostringstream() << value).str());
  std::cout << name << ": " << value << "\n";
}

constexpr Duration sound_of_a_packet = 20ms;

// What twelve participants got in a minute, and what it cost.
struct Minute {
  double cores = 0;
  double others = 0;                           // The participants' cores.
  double stolen = 0;                           // The cores that others took from this machine.
  Duration stall{};                            // The longest nobody could run, if that is known.
  double slowest = 0;                          // Frames per second.
  Duration longest_gap = Duration::max();      // From the end of one packet's sound to the next.
  Duration longest_silence = Duration::max();  // In what the listener heard.

  bool is_good() const {
    return is_slowed ||
           (slowest >= 25 && cores < 1.3 && longest_gap <= 100ms && longest_silence <= 100ms);
  }
  bool is_the_servers() const { return stall <= 50ms && stolen < 0.1; }
};

Minute measure(const ServerProcess& server, const std::vector<std::unique_ptr<Client>>& clients,
               Client& listener) {
  listener.received().start_measuring();
  for (const auto& client : clients) client->received().start_measuring();
  const Usage before = server.usage();
  const double own_before = own_cpu_seconds();
  const double stolen_before = stolen_cpu_seconds();
  const TimePoint began = Clock::now();
  const Sleeper sleeper;
  observe(60s);
  const std::chrono::duration<double> time = Clock::now() - began;
  Minute minute{.cores = (server.usage().cpu - before.cpu) / time,
                .others = (own_cpu_seconds() - own_before) / time.count(),
                .stolen = (stolen_cpu_seconds() - stolen_before) / time.count(),
                .stall = sleeper.is_urgent() ? sleeper.latest() : Duration(),
                .slowest = 1000,
                .longest_gap = listener.received().longest_sound_gap(),
                .longest_silence = listener.received().longest_silence()};
  Duration longest_freeze{};
  for (const auto& client : clients) {
    minute.slowest = std::min(minute.slowest, client->received().frames_per_second());
    minute.longest_gap = std::max(minute.longest_gap, client->received().longest_sound_gap());
    longest_freeze = std::max(longest_freeze, client->received().longest_freeze());
  }
  minute.longest_gap -= sound_of_a_packet;
  report("cores", minute.cores);
  report("cores_of_the_participants", minute.others);
  report("cores_taken_by_others", minute.stolen);
  report("longest_stall_of_the_machine_ms", minute.stall.count());
  report("frames_per_second_of_the_slowest", minute.slowest);
  report("longest_freeze_ms", longest_freeze.count());
  report("longest_gap_in_sound_ms", minute.longest_gap.count());
  report("longest_silence_ms", minute.longest_silence.count());
  return minute;
}

TEST(Endurance, TwelveParticipantsForAMinute) {
  const int participants = is_slowed ? 4 : 12;
  ServerProcess server;
  const std::string url = server.url();
  ASSERT_NE(url, "") << server.log();

  // The load has to leave the server the machine: all but the first send the same encoded pictures
  // and sound, and nobody decodes the picture.
  Source video(camera());
  Speech audio;
  std::vector<std::unique_ptr<Client>> clients;
  clients.push_back(std::make_unique<Client>(
      url,
      ClientOptions{.name = "Tone", .shared_media = {.video = &video.out()}, .decode = false}));
  ASSERT_TRUE(wait_until([&] { return clients.back()->is_connected(); })) << server.log();
  for (int i = 1; i < participants; ++i) {
    clients.push_back(
        std::make_unique<Client>(url, ClientOptions{.name = "Participant " + std::to_string(i + 1),
                                                    .shared_media = {&video.out(), &audio.out()},
                                                    .decode = false}));
    ASSERT_TRUE(wait_until([&] { return clients.back()->is_connected(); })) << server.log();
  }
  ASSERT_TRUE(wait_until([&] {
    return std::ranges::all_of(clients, [](const auto& client) {
      return client->received().frames() > 0 && client->received().sound_packets() > 0;
    });
  }));

  // One more hears what those get who don't speak, in which the tone never ends.
  Client listener(url, {.name = "Listener", .video_codec = "", .microphone_on = false});
  ASSERT_TRUE(wait_until([&] { return listener.received().tone_db(440).value_or(-200) > -40; }));

  // Another user of the machine may take it away for a while, which says nothing of the server: it
  // is enough that one minute of five is as it should be, and a fault if one isn't that was ours.
  Minute minute = measure(server, clients, listener);
  bool was_ours = minute.is_the_servers();
  for (int i = 1; i < 5 && !minute.is_good(); ++i) {
    minute = measure(server, clients, listener);
    was_ours = was_ours || minute.is_the_servers();
  }
  report("participants", participants);
  report("threads", server.usage().threads);
  if (!minute.is_good() && !was_ours) {
    EXPECT_LT(minute.cores, 1.3);
    std::cout << "Frames and gaps aren't judged: the machine was others' in each of the minutes.\n";
  } else if (!is_slowed) {
    EXPECT_LT(minute.cores, 1.3);
    EXPECT_GE(minute.slowest, 25);
    EXPECT_LE(minute.longest_gap, 100ms);
    EXPECT_LE(minute.longest_silence, 100ms);
  }
  EXPECT_GT(listener.received().tone_db(440).value_or(-200), -40);
  EXPECT_EQ(server.times_logged("encoding started room=room codec="), 1) << server.log();
}

AssertionResult come_and_go(const std::string& url, int times) {
  for (int i = 0; i < times; ++i) {
    Client guest(url, {.name = "Guest", .colour = {40, 70, 210}, .decode = false});
    if (!wait_until([&] { return guest.is_connected(); })) {
      return AssertionFailure() << "guest " << i << " isn't connected";
    }
    guest.leave();
    if (!wait_until([&] { return guest.is_closed(); })) {
      return AssertionFailure() << "guest " << i << " isn't let go";
    }
  }
  return AssertionSuccess();
}

TEST(Endurance, TwoHundredComeAndGoAndNothingIsLeftBehind) {
  constexpr int guests = is_sanitized ? 50 : 200;
  ServerProcess server;
  const std::string url = server.url();
  ASSERT_NE(url, "") << server.log();

  Client ada(url, {.name = "Ada"});
  ASSERT_TRUE(wait_until([&] { return ada.is_connected(); }));
  Client grace(url,
               {.name = "Grace", .video_codec = "H264", .camera_blinks = true, .decode = false});
  ASSERT_TRUE(wait_until([&] { return grace.is_connected(); }));
  // The first ones fill caches and thread pools.
  ASSERT_TRUE(come_and_go(url, 20)) << server.log();
  const auto is_settled = [&] { return ada.participants().size() == 2; };
  ASSERT_TRUE(wait_until(is_settled));
  observe(2s);
  const Usage before = server.usage();
  for (Client* stays : {&ada, &grace}) stays->received().start_measuring();
  // In Grace's tile, be it one of two or one of three: above the middle of the right half.
  const MotionWatch motion(ada, {0.75, 0.4});
  ASSERT_TRUE(come_and_go(url, guests)) << server.log();
  ASSERT_TRUE(wait_until(is_settled));
  const Duration longest_standstill = motion.longest_standstill();
  const Duration longest_freeze =
      std::max(ada.received().longest_freeze(), grace.received().longest_freeze());
  // Teardown goes on behind the scenes for a moment.
  constexpr int pool_threads = 2;  // GLib's own come and go.
  wait_until([&] {
    const Usage now = server.usage();
    return now.threads <= before.threads + pool_threads && now.open_files <= before.open_files;
  });
  const Usage after = server.usage();
  report("joins_and_leaves", guests);
  report("threads_before", before.threads);
  report("threads_after", after.threads);
  report("open_files_before", before.open_files);
  report("open_files_after", after.open_files);
  report("memory_before_mib", before.resident_mib);
  report("memory_after_mib", after.resident_mib);
  report("longest_freeze_ms", longest_freeze.count());
  report("longest_standstill_ms", longest_standstill.count());
  EXPECT_LE(after.threads, before.threads + pool_threads);
  EXPECT_LE(after.open_files, before.open_files);
  if (!is_sanitized) {
    EXPECT_LT(after.resident_mib - before.resident_mib, 20);
  }
  EXPECT_LT(longest_freeze, slowness * 1s);
  EXPECT_LT(longest_standstill, slowness * 1s);
  // The server ends in order: a sanitizer looks there too for what was left behind.
  server.signal(SIGTERM);
  EXPECT_EQ(server.exit_status(5s), 0) << server.log();
}

}  // namespace
}  // namespace tessera::test
