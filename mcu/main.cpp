#include <glib-unix.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <vector>

#include "base/event_loop.h"
#include "base/log.h"
#include "base/random_token.h"
#include "gst/runtime.h"
#include "mcu/mcu.h"
#include "mcu/open_files.h"
#include "mcu/option_values.h"
#include "mcu/options.h"

namespace {

using namespace tessera;

constexpr int could_not_start = 1;
constexpr int wrong_options = 2;

int complain(const Error& error, int status) {
  std::cerr << "tessera: " << error.message << '\n';
  return status;
}

// To no more people than there can be files for.
void limit_people(mcu::Options& options) {
  const std::uint64_t open_files = mcu::allow_many_files();
  const int people = mcu::people_with(open_files, options.max_rooms);
  if (people >= options.max_people) return;
  log("mcu").info(
      "the limit of open files allows fewer people max_people={} asked={} open_files={}", people,
      options.max_people, open_files);
  options.max_people = people;
}

// Clients would get no answer from another's address, such as the public one of a NAT.
Result<void> check_ice_addresses(const mcu::Options& options) {
  for (const std::string& address : options.ice_addresses) {
    if (mcu::is_of_this_machine(address)) continue;
    return Error{"wrong_option", "--ice-address " + address +
                                     " is no address of this machine. Behind NAT, --stun-server "
                                     "tells clients the public one."};
  }
  return {};
}

// Ends the loop at the first signal to end; from its own start on, so that none is missed. SIGHUP
// comes when the terminal is closed.
class EndSignals {
 public:
  explicit EndSignals(EventLoop& loop) {
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
      sources_.push_back(g_unix_signal_add(
          signal,
          [](gpointer to_quit) -> gboolean {
            static_cast<EventLoop*>(to_quit)->quit();
            return G_SOURCE_CONTINUE;
          },
          &loop));
    }
  }
  ~EndSignals() {
    for (const guint source : sources_) g_source_remove(source);
  }
  EndSignals(const EndSignals&) = delete;
  EndSignals& operator=(const EndSignals&) = delete;

 private:
  std::vector<guint> sources_;
};

int run(int argc, char** argv) {
  auto parsed = mcu::parse_options(argc, argv, environ);
  if (!parsed) return complain(parsed.error(), wrong_options);
  if (!parsed->text.empty()) {
    std::cout << parsed->text;
    return EXIT_SUCCESS;
  }
  if (const auto checked = check_ice_addresses(parsed->options); !checked) {
    return complain(checked.error(), wrong_options);
  }
  set_log_level(parsed->options.log_level);
  const bool makes_host_key = parsed->options.host_key.empty();
  if (makes_host_key) parsed->options.host_key = random_token();
  limit_people(parsed->options);
  gst::start_gstreamer();
  auto mcu = mcu::Mcu::start(parsed->options);
  if (!mcu) return complain(mcu.error(), could_not_start);
  EventLoop loop;
  {
    const EndSignals ends(loop);
    std::cout << "Tessera is ready: " << (*mcu)->url() << '\n';
    if (makes_host_key) {
      std::cout << "To broadcast and record, this time's host key: " << parsed->options.host_key
                << '\n';
    }
    std::cout << std::flush;
    loop.run();
  }
  log("mcu").info("ending");
  if ((*mcu)->stop()) return EXIT_SUCCESS;
  // Some streaming thread hangs; what it holds can't be freed.
  log("mcu").warn("a pipeline didn't stop in time");
  std::fflush(nullptr);
  std::_Exit(EXIT_SUCCESS);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& exception) {
    return complain({"", exception.what()}, could_not_start);
  }
}
