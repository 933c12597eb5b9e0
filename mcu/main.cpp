#include <glib-unix.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>

#include "base/event_loop.h"
#include "base/log.h"
#include "gst/runtime.h"
#include "mcu/mcu.h"
#include "mcu/options.h"

namespace {

using namespace tessera;

constexpr int could_not_start = 1;
constexpr int wrong_options = 2;

int complain(const Error& error, int status) {
  std::cerr << "tessera: " << error.message << '\n';
  return status;
}

// A participant has some 20 files open, and the usual limit of 1,024 is there for programs that use
// select().
void allow_many_files() {
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

void run_until_signal() {
  EventLoop loop;
  const auto quit = [](gpointer to_quit) -> gboolean {
    static_cast<EventLoop*>(to_quit)->quit();
    return G_SOURCE_CONTINUE;
  };
  const guint interrupt = g_unix_signal_add(SIGINT, quit, &loop);
  const guint terminate = g_unix_signal_add(SIGTERM, quit, &loop);
  loop.run();
  g_source_remove(interrupt);
  g_source_remove(terminate);
}

int run(int argc, char** argv) {
  const auto parsed = mcu::parse_options(argc, argv, environ);
  if (!parsed) return complain(parsed.error(), wrong_options);
  if (!parsed->text.empty()) {
    std::cout << parsed->text;
    return EXIT_SUCCESS;
  }
  set_log_level(parsed->options.log_level);
  allow_many_files();
  gst::start_gstreamer();
  auto mcu = mcu::Mcu::start(parsed->options);
  if (!mcu) return complain(mcu.error(), could_not_start);
  std::cout << "Tessera is ready: " << (*mcu)->url() << '\n' << std::flush;

  run_until_signal();
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
