#pragma once

#include <sys/types.h>

#include <boost/program_options.hpp>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "command.h"
#include "load/load.h"
#include "support/server_process.h"

namespace tessera::bench {

// What the options of a command say of a meeting to be measured.
struct MeetingPlan {
  static constexpr int everybody = std::numeric_limits<int>::max();

  int participants = 9;
  int speaking = everybody;  // Of the participants, those who join first.
  int viewers = 0;
  bool sound_only = false;
  int seconds = 30;
  Load::Options load = {};
  std::string url = {};     // Of a server that runs already.
  std::string server = {};  // The program to start; empty: tessera, beside this program.
};

// Reads the options, and those that only this command has; what isn't given is as in `defaults`.
// Errors: `invalid_option`, and `help` with what --help shows.
Result<MeetingPlan> plan_from(const std::string& command, const Arguments& arguments,
                              const MeetingPlan& defaults,
                              const boost::program_options::options_description& further = {});

// A server and those who will meet there. A server that was started here runs on one core and the
// load on another, so that they don't take each other's time; of one that runs already only the
// reception is measured.
class MeetingSetup {
 public:
  static Result<std::unique_ptr<MeetingSetup>> create(
      const MeetingPlan& plan, const std::vector<std::string>& server_options);

  // All that the plan names join, and their encoders and jitter buffers settle.
  Result<void> everybody_joins();
  // So many of the plan's participants join, after those who have. Who doesn't speak listens.
  Result<void> people_join(int count);
  Result<void> viewers_join(int count);

  const std::string& url() const { return url_; }
  Load& load() { return *load_; }
  // Whether the server was started here, and its process then.
  bool has_server() const { return server_ != nullptr; }
  pid_t server_id() const { return server_->id(); }

 private:
  explicit MeetingSetup(const MeetingPlan& plan) : plan_(plan) {}

  MeetingPlan plan_;
  std::unique_ptr<test::ServerProcess> server_;
  std::string url_;
  std::unique_ptr<Load> load_;
  int people_ = 0;
};

}  // namespace tessera::bench
