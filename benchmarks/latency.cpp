#include <string>
#include <vector>

#include "command.h"
#include "load/probe.h"
#include "measure/statistics.h"
#include "meeting_setup.h"
#include "support/wait.h"

namespace tessera::bench {
namespace {

using namespace std::chrono_literals;

Row row_of(const std::string& name, const std::vector<double>& values) {
  if (values.empty()) return {name, {0, std::nullopt, std::nullopt, std::nullopt}};
  return {name,
          {static_cast<double>(values.size()), quantile(values, 0.5), quantile(values, 0.95),
           quantile(values, 0.99)}};
}

// How far the sound is behind the picture (more than 0) or before it, click by click.
std::vector<double> lip_sync(const Samples& samples) {
  if (samples.picture_shift.empty()) return {};
  const double picture = quantile(samples.picture_shift, 0.5);
  std::vector<double> behind;
  for (const double shift : samples.sound_shift) behind.push_back(shift - picture);
  return behind;
}

}  // namespace

Result<std::vector<Table>> run_latency(const Arguments& arguments) {
  const auto plan = plan_from("latency", arguments, {.participants = 9, .speaking = 0});
  if (!plan) return plan.error();
  auto meeting = MeetingSetup::create(*plan, arguments.server);
  if (!meeting) return meeting.error();
  if (const auto joined = (*meeting)->people_join(plan->participants - 2); !joined) {
    return joined.error();
  }
  Probe probe((*meeting)->url(), plan->load.camera);
  test::wait_until([&] { return probe.has_media() || !probe.failure().empty(); }, 20s);
  if (!probe.has_media()) return Error{"not_joined", "The probe isn't in: " + probe.failure()};
  test::observe(5s);
  say("measuring for " + std::to_string(plan->seconds) + " s");
  probe.start_measuring();
  test::observe(std::chrono::seconds(plan->seconds));
  const Samples& samples = probe.samples();
  if (samples.glass_to_glass.empty() || samples.mouth_to_ear.empty()) {
    return Error{"nothing_measured", "The clock wasn't seen, or its clicks weren't heard."};
  }
  return std::vector<Table>{
      {"Latency among " + std::to_string(plan->participants) + " participants",
       "what",
       {{"samples", "", 0}, {"median", "ms"}, {"p95", "ms"}, {"p99", "ms"}},
       {row_of("glass to glass", samples.glass_to_glass),
        row_of("picture, added by the server", samples.picture_added),
        row_of("mouth to ear", samples.mouth_to_ear),
        row_of("sound, added by the server", samples.sound_added),
        row_of("picture's time stamp behind its taking", samples.picture_shift),
        row_of("sound's time stamp behind its making", samples.sound_shift),
        row_of("sound behind picture (lip sync)", lip_sync(samples))}}};
}

}  // namespace tessera::bench
