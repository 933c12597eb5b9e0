#pragma once

#include <string>
#include <vector>

#include "meeting_setup.h"
#include "report/report.h"

namespace tessera::bench {

// What a meeting cost over a time, and what its participants got.
struct MeetingFigures {
  bool with_server = false;  // Whether the server's process was measured.
  bool with_video = false;
  double user = 0;  // Cores: CPU seconds per second.
  double system = 0;
  double load = 0;
  double resident_mib = 0;
  int threads = 0;
  double wake_ups = 0;  // Per second.
  // Of the one who got the least.
  double frames_per_second = 0;
  double longest_freeze = 0;  // Milliseconds.
  double longest_gap = 0;
  double video_kbps = 0;  // Of all, on average.
  double packets_per_second = 0;
  double lost = 0;
  double keyframe_requests = 0;
  double retransmission_requests = 0;
};

MeetingFigures measure(MeetingSetup& meeting, int seconds);

// The columns of a table of meetings, and the row of one.
std::vector<Column> meeting_columns();
Row meeting_row(const std::string& name, const MeetingFigures& figures);

}  // namespace tessera::bench
