#include <optional>
#include <string>
#include <vector>

#include "command.h"
#include "load/probe.h"
#include "measure/statistics.h"
#include "meeting_figures.h"
#include "meeting_setup.h"
#include "support/wait.h"

namespace tessera::bench {
namespace {

namespace po = boost::program_options;
using namespace std::chrono_literals;

std::string name_of(const MeetingPlan& plan) {
  const std::string viewers =
      plan.viewers > 0 ? " + " + std::to_string(plan.viewers) + " viewers" : "";
  return std::to_string(plan.participants) + viewers;
}

// What breaks a meeting.
constexpr double least_frames_per_second = 25;
constexpr double longest_gap_ms = 100;
constexpr double longest_latency_ms = 300;

// Fills the meeting, a few at a time, until it breaks. The clock is a participant too.
Result<std::vector<Table>> find_limit(MeetingSetup& meeting, const MeetingPlan& plan) {
  Probe probe(meeting.url(), plan.load.camera);
  test::wait_until([&] { return probe.has_media() || !probe.failure().empty(); }, 20s);
  if (!probe.has_media()) return Error{"not_joined", "The probe isn't in: " + probe.failure()};
  Table table{"Participants that one core holds", "participants", meeting_columns(), {}};
  table.columns.push_back({"latency, p95", "ms"});
  int last_good = 0;
  constexpr int step = 2;
  for (int people = step - 1;; people += step) {
    if (const auto joined = meeting.people_join(people == step - 1 ? people : step); !joined) {
      say(joined.error().message);
      break;
    }
    test::observe(3s);
    probe.start_measuring();
    const MeetingFigures figures = measure(meeting, plan.seconds);
    const std::vector<double>& latency = probe.samples().picture_added;
    const auto late = latency.empty() ? std::nullopt : std::optional(quantile(latency, 0.95));
    Row row = meeting_row(std::to_string(people + 1), figures);
    row.values.push_back(late);
    table.rows.push_back(row);
    const bool holds = figures.frames_per_second >= least_frames_per_second &&
                       figures.longest_gap <= longest_gap_ms && late && *late <= longest_latency_ms;
    say(std::to_string(people + 1) + " participants: " + std::to_string(figures.frames_per_second) +
        " frames/s, gap " + std::to_string(figures.longest_gap) + " ms" +
        (holds ? "" : ": too many"));
    if (!holds) break;
    last_good = people + 1;
  }
  table.title += ": " + std::to_string(last_good);
  return std::vector{table};
}

}  // namespace

Result<std::vector<Table>> run_meeting(const Arguments& arguments) {
  bool until_it_breaks = false;
  po::options_description further;
  further.add_options()(
      "find-limit", po::bool_switch(&until_it_breaks),
      "more and more participants until quality breaks, whatever --participants says");
  const auto plan = plan_from("meeting", arguments, {}, further);
  if (!plan) return plan.error();
  auto meeting = MeetingSetup::create(*plan, arguments.server);
  if (!meeting) return meeting.error();
  if (until_it_breaks) return find_limit(**meeting, *plan);
  if (const auto joined = (*meeting)->everybody_joins(); !joined) return joined.error();
  say("measuring for " + std::to_string(plan->seconds) + " s");
  return std::vector<Table>{{"A meeting",
                             "participants",
                             meeting_columns(),
                             {meeting_row(name_of(*plan), measure(**meeting, plan->seconds))}}};
}

}  // namespace tessera::bench
