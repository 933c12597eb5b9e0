#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <set>

#include "base/event_loop.h"
#include "command.h"
#include "gst/descriptions.h"
#include "mcu/folders.h"
#include "measure/machine.h"
#include "measure/statistics.h"
#include "options.h"
#include "pipelines_alone.h"
#include "pipelines_case.h"
#include "support/server_process.h"

namespace tessera::bench {
namespace {

namespace po = boost::program_options;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;

struct Plan {
  std::vector<std::string> only;
  std::vector<std::string> named;  // Files of the user's.
  std::vector<Resolution> sizes;
  double seconds = 5;
  std::string media;
  std::string pipelines;
};

Result<std::vector<Resolution>> sizes_from(const std::vector<std::string>& texts) {
  std::vector<Resolution> sizes;
  for (const std::string& text : texts) {
    Resolution size;
    char end = 0;
    if (std::sscanf(text.c_str(), "%dx%d%c", &size.width, &size.height, &end) != 2 ||
        size.width < 64 || size.height < 64 || size.width % 2 != 0 || size.height % 2 != 0) {
      return Error{"invalid_option", "--size must be as 640x360, even and at least 64 each way"};
    }
    sizes.push_back(size);
  }
  return sizes;
}

Result<Plan> plan_from(const Arguments& arguments) {
  Plan plan;
  std::vector<std::string> sizes;
  po::options_description options("Options of pipelines");
  options.add_options()                                                                   //
      ("only", po::value(&plan.only), "a description, as mix-audio; may be given again")  //
      ("size", po::value(&sizes)->default_value({"320x180", "640x360", "1280x720"}, ""),
       "of pictures that enter, as 640x360; may be given again. Else 320x180, 640x360, 1280x720")  //
      ("seconds", po::value(&plan.seconds)->default_value(plan.seconds),
       "of media for each case")                                                          //
      ("media", po::value(&plan.media), "file with a picture to encode; else generated")  //
      ("description", po::value(&plan.named),
       "a description of your own, instead of Tessera's: a .gst file whose appsrcs say with caps "
       "what they take; may be given again")  //
      ("pipelines", po::value(&plan.pipelines), "folder of Tessera's; found if it isn't given");
  const auto values = read_options(options, arguments.own);
  if (!values) return values.error();
  if (!(plan.seconds > 0 && plan.seconds <= 600)) {
    return Error{"invalid_option", "--seconds must be more than 0, and 600 at most"};
  }
  auto read = sizes_from(sizes);
  if (!read) return read.error();
  plan.sizes = std::move(*read);
  return plan;
}

Result<gst::Descriptions> load_descriptions(const std::string& folder) {
  if (!folder.empty()) return gst::Descriptions::load(folder);
  std::error_code error;
  const auto found =
      mcu::find_folder(std::filesystem::read_symlink("/proc/self/exe", error), "pipelines");
  if (!found) return Error{"invalid_option", "--pipelines must be given: there is no such folder"};
  return gst::Descriptions::load(*found);
}

// Of Tessera's descriptions. Errors: `invalid_option`, if --only names what isn't there.
Result<std::vector<Case>> chosen_cases(const Plan& plan, const gst::Descriptions& descriptions) {
  std::vector<Case> chosen;
  std::set<std::string> known;
  for (Case& one : cases_of(descriptions, plan.media, plan.sizes)) {
    known.insert(one.description);
    const bool is_chosen = plan.only.empty() || std::ranges::count(plan.only, one.description) > 0;
    if (is_chosen) chosen.push_back(std::move(one));
  }
  for (const std::string& name : plan.only) {
    if (known.contains(name)) continue;
    std::string names;
    for (const std::string& one : known) names += " " + one;
    return Error{"invalid_option", "--only must be one of" + names};
  }
  return chosen;
}

Result<std::vector<Case>> named_cases(const std::vector<std::string>& files) {
  std::vector<Case> cases;
  for (const std::string& file : files) {
    auto one = case_of(file);
    if (!one) return one.error();
    cases.push_back(std::move(*one));
  }
  return cases;
}

double ms(Clock::duration time) { return std::chrono::duration<double, std::milli>(time).count(); }

// From when the moment at which a buffer begins was pushed to when that buffer left. Codecs and
// mixers cut sound elsewhere than it was cut before: a moment within a buffer counts as pushed so
// much later. Packets of one frame have one time stamp, and of these the last counts.
std::vector<double> delays_by_time(const std::vector<Entered>& entered,
                                   const std::vector<Left>& left) {
  std::map<nanoseconds, TimePoint> pushed;
  for (const Entered& one : entered) pushed[one.time] = one.at;
  std::map<nanoseconds, TimePoint> arrived;
  for (const Left& one : left) arrived[one.time] = one.at;
  constexpr auto rounding = 1ms;  // To clock rates.
  constexpr auto frame = 20ms;
  std::vector<double> delays;
  for (const auto& [time, at] : arrived) {
    const auto later = pushed.upper_bound(time + rounding);
    // A mixer lets out more, before it is fed and after.
    const bool was_fed = later != pushed.begin() && time < pushed.rbegin()->first + frame;
    if (!was_fed) continue;
    const auto& [begins, pushed_at] = *std::prev(later);
    delays.push_back(ms(at - pushed_at - (time - begins)));
  }
  return delays;
}

// By the number that a picture shows when it shows it first.
std::vector<double> delays_by_number(const std::vector<Entered>& entered,
                                     const std::vector<Left>& left, int numbers) {
  std::vector<double> delays;
  std::optional<int> shown;
  for (const Left& one : left) {
    if (!one.number || one.number == shown) continue;
    shown = one.number;
    for (std::size_t i = entered.size(); i-- > 0;) {
      const bool is_shown = static_cast<int>(i) % numbers == *shown;
      if (!is_shown || entered[i].at > one.at) continue;
      delays.push_back(ms(one.at - entered[i].at));
      break;
    }
  }
  return delays;
}

// Frames, whatever number of packets each has.
std::size_t frames_in(const std::vector<Left>& left, std::optional<nanoseconds> until) {
  std::set<nanoseconds> times;
  for (const Left& one : left) {
    if (!until || (one.time >= 0ns && one.time < *until)) times.insert(one.time);
  }
  return times.size();
}

struct Measured {
  double frames_per_cpu_second = 0;
  double cpu_per_second = 0;
  std::vector<double> delays;
  double memory_mib = 0;
};

// What is in use: not what free() keeps for later.
double resident_mib() {
  wait_for_workers(10s);
  malloc_trim(0);
  return test::usage_of(getpid()).resident_mib;
}

Result<void> prove(const Case& one) {
  const auto alone = one.start();
  if (!alone) return alone.error();
  return one.prove(*alone);
}

// At real pace, when delay and memory are as they are in a meeting; of what keeps its own time the
// cost as well.
Result<Measured> measure(const Case& one, double seconds) {
  const auto media = one.media(seconds);
  if (!media) return media.error();
  wait_for_workers(10s);
  Measured measured;
  const auto note_cost = [&](const Passed& passed, std::size_t frames) {
    measured.frames_per_cpu_second = static_cast<double>(frames) / passed.cpu_seconds;
    measured.cpu_per_second = passed.cpu_seconds / seconds;
  };
  if (!one.keeps_own_time) {
    const auto alone = one.start();
    if (!alone) return alone.error();
    const auto passed = pass(*alone, *media, {});
    if (!passed) return passed.error();
    note_cost(*passed, frames_in(passed->left.at(one.outlet), std::nullopt));
  }
  const double resident_before = resident_mib();
  const auto alone = one.start();
  if (!alone) return alone.error();
  const auto length =
      std::chrono::duration_cast<nanoseconds>(std::chrono::duration<double>(seconds));
  const auto passed = pass(*alone, *media,
                           {.pace = one.keeps_own_time ? Pace::endless : Pace::real,
                            .length = length,
                            .read = one.read});
  if (!passed) return passed.error();
  measured.memory_mib = resident_mib() - resident_before;
  const auto& left = passed->left.at(one.outlet);
  if (one.keeps_own_time) note_cost(*passed, frames_in(left, length));
  if (one.read) {
    const auto& entered = passed->entered.at(media->front().inlet);
    measured.delays = delays_by_number(entered, left, one.numbers);
    return measured;
  }
  for (const auto& [inlet, entered] : passed->entered) {
    const auto delays = delays_by_time(entered, left);
    measured.delays.insert(measured.delays.end(), delays.begin(), delays.end());
  }
  return measured;
}

Row row_of(const std::string& name, const Measured& measured) {
  const auto delay = [&](double share) {
    return measured.delays.empty() ? std::nullopt : std::optional(quantile(measured.delays, share));
  };
  return {name,
          {measured.frames_per_cpu_second, measured.cpu_per_second, delay(0.5), delay(0.95),
           delay(0.99), measured.memory_mib}};
}

Result<Row> prove_and_measure(const Case& one, double seconds) {
  if (const auto right = prove(one); !right) return right.error();
  const auto measured = measure(one, seconds);
  if (!measured) return measured.error();
  return row_of(one.name(), *measured);
}

Table table_of(const std::string& title) {
  return {title,
          "pipeline",
          {{"frames per CPU second", "1/s", 0},
           {"CPU per second of media", "s", 4},
           {"in to out, median", "ms"},
           {"p95", "ms"},
           {"p99", "ms"},
           {"memory", "MiB"}},
          {}};
}

}  // namespace

// What feeds it is made before, and so costs it nothing; pushing that isn't subtracted.
Result<std::vector<Table>> run_pipelines(const Arguments& arguments) {
  const auto plan = plan_from(arguments);
  if (!plan) return plan.error();
  std::optional<gst::Descriptions> descriptions;  // Outlive the cases.
  auto cases = named_cases(plan->named);
  if (!cases) return cases.error();
  if (plan->named.empty() || !plan->only.empty()) {
    auto loaded = load_descriptions(plan->pipelines);
    if (!loaded) return loaded.error();
    descriptions = std::move(*loaded);
    auto chosen = chosen_cases(*plan, *descriptions);
    if (!chosen) return chosen.error();
    cases->insert(cases->begin(), chosen->begin(), chosen->end());
  }
  if (const auto bound = bind_to_core(getpid(), 0); !bound) return bound.error();
  std::map<Case::Kind, Table> tables = {
      {Case::Kind::pictures, table_of("Pictures alone on one core, 30 a second")},
      {Case::Kind::sound, table_of("Sound alone on one core, in frames of 20 ms")},
      {Case::Kind::other, table_of("Other descriptions alone on one core")}};
  for (const Case& one : *cases) {
    say(one.name());
    auto row = prove_and_measure(one, plan->seconds);
    if (!row) return Error{row.error().code, one.name() + ": " + row.error().message};
    tables.at(one.kind).rows.push_back(std::move(*row));
  }
  std::vector<Table> filled;
  for (auto& [kind, table] : tables) {
    if (!table.rows.empty()) filled.push_back(std::move(table));
  }
  return filled;
}

}  // namespace tessera::bench
