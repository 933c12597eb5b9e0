#include <algorithm>
#include <string>
#include <vector>

#include "command.h"
#include "measure/statistics.h"
#include "meeting_figures.h"
#include "meeting_setup.h"

namespace tessera::bench {
namespace {

namespace po = boost::program_options;

// One of the two that are compared: another program, other options, or both.
struct Side {
  std::string server;
  std::vector<std::string> options;
};

Result<MeetingFigures> run(MeetingPlan plan, const Side& side) {
  if (!side.server.empty()) plan.server = side.server;
  auto meeting = MeetingSetup::create(plan, side.options);
  if (!meeting) return meeting.error();
  if (const auto joined = (*meeting)->everybody_joins(); !joined) return joined.error();
  return measure(**meeting, plan.seconds);
}

// The words before and behind "--vs".
Result<std::pair<std::vector<std::string>, std::vector<std::string>>> split(
    const std::vector<std::string>& words) {
  const auto divider = std::ranges::find(words, "--vs");
  if (divider == words.end()) {
    return Error{"invalid_option",
                 "compare takes, behind --, the options of both servers with --vs between them"};
  }
  return std::pair(std::vector(words.begin(), divider), std::vector(divider + 1, words.end()));
}

// What stands in a side's options as --server names its program.
Side side_from(std::vector<std::string> words) {
  Side side;
  if (words.size() >= 2 && words[0] == "--server") {
    side.server = words[1];
    words.erase(words.begin(), words.begin() + 2);
  }
  side.options = words;
  return side;
}

}  // namespace

Result<std::vector<Table>> run_compare(const Arguments& arguments) {
  int rounds = 5;
  po::options_description further;
  further.add_options()("rounds", po::value(&rounds)->default_value(rounds),
                        "how many times each is measured");
  const auto plan = plan_from("compare", arguments, {.seconds = 10}, further);
  if (!plan) return plan.error();
  if (rounds < 1) return Error{"invalid_option", "--rounds must be 1 at least"};
  const auto words = split(arguments.server);
  if (!words) return words.error();
  const Side sides[] = {side_from(words->first), side_from(words->second)};

  Table table{"Compared, in turns", "meeting", meeting_columns(), {}};
  std::vector<double> ratios;
  for (int round = 1; round <= rounds; ++round) {
    double cores[2] = {};
    for (int side = 0; side < 2; ++side) {
      const auto figures = run(*plan, sides[side]);
      if (!figures) return figures.error();
      cores[side] = figures->user + figures->system;
      table.rows.push_back(
          meeting_row(std::string(side == 0 ? "A" : "B") + " " + std::to_string(round), *figures));
    }
    ratios.push_back(cores[1] / cores[0]);
  }
  const Table ratio{"What B costs the server, as a share of A",
                    "",
                    {{"median", "", 3}, {"lowest", "", 3}, {"highest", "", 3}},
                    {{"B / A",
                      {quantile(ratios, 0.5), *std::ranges::min_element(ratios),
                       *std::ranges::max_element(ratios)}}}};
  return std::vector{table, ratio};
}

}  // namespace tessera::bench
