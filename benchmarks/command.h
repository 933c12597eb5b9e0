#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "report/report.h"

namespace tessera::bench {

// What every subcommand gets: its own words, and those behind "--", which are the server's.
struct Arguments {
  std::vector<std::string> own;
  std::vector<std::string> server;
};

// A subcommand shows its progress on the terminal's error output, and returns its tables. Errors:
// `invalid_option`, with a sentence; `help`, with its text; others as they come.
using Run = Result<std::vector<Table>> (*)(const Arguments& arguments);

struct Command {
  std::string name;
  std::string summary;  // Empty: not for people, and not in --help.
  Run run;
};

Result<std::vector<Table>> run_architectures(const Arguments& arguments);
Result<std::vector<Table>> run_forwarder(const Arguments& arguments);
Result<std::vector<Table>> run_compare(const Arguments& arguments);
Result<std::vector<Table>> run_latency(const Arguments& arguments);
Result<std::vector<Table>> run_meeting(const Arguments& arguments);
Result<std::vector<Table>> run_pipelines(const Arguments& arguments);

// A line of progress.
void say(const std::string& what);

}  // namespace tessera::bench
