#include "meeting_figures.h"

#include <unistd.h>

#include <algorithm>
#include <optional>

#include "support/server_process.h"
#include "support/wait.h"

namespace tessera::bench {

MeetingFigures measure(MeetingSetup& meeting, int seconds) {
  Load& load = meeting.load();
  const auto packets = [&] {
    std::int64_t count = 0;
    for (const auto& one : load.people()) {
      count += one->traffic().packets_sent + one->traffic().packets_received;
    }
    return count;
  };
  const auto requests = [&](auto count_of) {
    int count = 0;
    for (const auto& one : load.people()) count += ((*one).*count_of)();
    return count;
  };
  load.start_measuring();
  const int keyframes_before = requests(&Participant::keyframe_requests);
  const int retransmissions_before = requests(&Participant::retransmission_requests);
  const std::int64_t packets_before = packets();
  const auto of_server = [&] {
    return meeting.has_server() ? test::usage_of(meeting.server_id()) : test::Usage{};
  };
  const test::Usage own_before = test::usage_of(getpid());
  const test::Usage before = of_server();
  const TimePoint began = Clock::now();
  test::observe(std::chrono::seconds(seconds));
  const TimePoint ended = Clock::now();
  const double time = std::chrono::duration<double>(ended - began).count();
  const test::Usage after = of_server();
  const test::Usage own = test::usage_of(getpid());

  MeetingFigures figures;
  figures.with_server = meeting.has_server();
  figures.user = (after.user - before.user).count() / time;
  figures.system = (after.cpu - before.cpu).count() / time - figures.user;
  figures.load = (own.cpu - own_before.cpu).count() / time;
  figures.resident_mib = after.resident_mib;
  figures.threads = after.threads;
  figures.wake_ups = static_cast<double>(after.wake_ups - before.wake_ups) / time;
  figures.packets_per_second = static_cast<double>(packets() - packets_before) / time;
  figures.keyframe_requests = requests(&Participant::keyframe_requests) - keyframes_before;
  figures.retransmission_requests =
      requests(&Participant::retransmission_requests) - retransmissions_before;
  figures.frames_per_second = 1000;
  for (const auto& one : load.people()) {
    const Reception::Figures got = one->reception().figures(ended);
    if (one->wants_video()) {
      figures.with_video = true;
      figures.frames_per_second = std::min(figures.frames_per_second, got.frames_per_second);
      figures.longest_freeze = std::max<double>(figures.longest_freeze, got.longest_freeze.count());
    }
    figures.longest_gap = std::max<double>(figures.longest_gap, got.longest_sound_gap.count());
    figures.video_kbps += got.video_kbps / static_cast<double>(load.people().size());
    figures.lost += static_cast<double>(got.lost);
  }
  return figures;
}

std::vector<Column> meeting_columns() {
  return {{"server", "cores", 3},
          {"user", "cores", 3},
          {"system", "cores", 3},
          {"memory", "MiB", 0},
          {"threads", "", 0},
          {"wake-ups", "1/s", 0},
          {"load", "cores", 3},
          {"frames", "1/s"},
          {"longest freeze", "ms", 0},
          {"longest gap in sound", "ms", 0},
          {"video received", "kbit/s", 0},
          {"packets", "1/s", 0},
          {"lost", "packets", 0},
          {"keyframes asked for", "", 0},
          {"sent again", "", 0}};
}

Row meeting_row(const std::string& name, const MeetingFigures& figures) {
  const auto of_server = [&](double value) {
    return figures.with_server ? std::optional(value) : std::nullopt;
  };
  const auto of_video = [&](double value) {
    return figures.with_video ? std::optional(value) : std::nullopt;
  };
  return {
      name,
      {of_server(figures.user + figures.system), of_server(figures.user), of_server(figures.system),
       of_server(figures.resident_mib), of_server(figures.threads), of_server(figures.wake_ups),
       figures.load, of_video(figures.frames_per_second), of_video(figures.longest_freeze),
       figures.longest_gap, of_video(figures.video_kbps), figures.packets_per_second, figures.lost,
       figures.keyframe_requests, figures.retransmission_requests}};
}

}  // namespace tessera::bench
