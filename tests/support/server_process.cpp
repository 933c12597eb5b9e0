#include "support/server_process.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "support/wait.h"

namespace tessera::test {
namespace {

namespace fs = std::filesystem;

// What one asynchronous read needs; freed by its callback.
struct Reading {
  std::string* text;
  Ref<GCancellable> cancel;
  std::array<char, 4096> bytes;
};

// A number of a file as /proc/PID/status, for example of "Threads:".
long number_in(const fs::path& status, const std::string& key) {
  std::ifstream file(status);
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(key)) return std::stol(line.substr(key.size()));
  }
  return 0;
}

}  // namespace

Usage usage_of(pid_t process) {
  const fs::path folder = "/proc/" + std::to_string(process);
  std::ifstream file(folder / "stat");
  const std::string stat{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  // The name in parentheses may hold anything; behind it, fields 14 and 15 are utime and stime.
  std::istringstream fields(stat.substr(stat.rfind(')') + 1));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;

  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  Usage usage;
  usage.cpu = std::chrono::duration<double>((user + system) / ticks);
  usage.user = std::chrono::duration<double>(user / ticks);
  usage.threads = static_cast<int>(number_in(folder / "status", "Threads:"));
  usage.resident_mib = static_cast<double>(number_in(folder / "status", "VmRSS:")) / 1024;
  std::error_code error;  // It may have ended.
  const auto files = fs::directory_iterator(folder / "fd", error);
  usage.open_files = static_cast<int>(std::distance(fs::begin(files), fs::end(files)));
  for (const auto& task : fs::directory_iterator(folder / "task", error)) {
    usage.wake_ups += number_in(task.path() / "status", "voluntary_ctxt_switches:");
  }
  return usage;
}

ServerProcess::ServerProcess(std::vector<std::string> options, const Environment& environment,
                             const std::string& program)
    : cancel_(Ref<GCancellable>::adopt(g_cancellable_new())) {
  options.insert(options.begin(), program.empty() ? TESSERA_BINARY : program);
  if (std::ranges::find(options, "--port") == options.end()) {
    options.insert(options.end(), {"--port", "0"});
  }
  std::vector<const char*> arguments;
  for (const std::string& option : options) arguments.push_back(option.c_str());
  arguments.push_back(nullptr);

  const auto launcher =
      Ref<GSubprocessLauncher>::adopt(g_subprocess_launcher_new(static_cast<GSubprocessFlags>(
          G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE)));
  for (const auto& [name, value] : environment) {
    g_subprocess_launcher_setenv(launcher.get(), name.c_str(), value.c_str(), TRUE);
  }
  GError* raw_error = nullptr;
  process_ = Ref<GSubprocess>::adopt(
      g_subprocess_launcher_spawnv(launcher.get(), arguments.data(), &raw_error));
  const GErrorPtr error(raw_error);
  if (!process_) throw std::runtime_error(error->message);

  read_on(g_subprocess_get_stdout_pipe(process_.get()), &output_, cancel_.get());
  read_on(g_subprocess_get_stderr_pipe(process_.get()), &log_, cancel_.get());
  g_subprocess_wait_async(
      process_.get(), cancel_.get(),
      [](GObject* process, GAsyncResult* result, gpointer has_ended) {
        if (g_subprocess_wait_finish(G_SUBPROCESS(process), result, nullptr)) {
          *static_cast<bool*>(has_ended) = true;
        }
      },
      &has_ended_);
}

ServerProcess::~ServerProcess() {
  if (!has_ended_) {
    g_subprocess_force_exit(process_.get());
    wait_until([&] { return has_ended_; });
  }
  g_cancellable_cancel(cancel_.get());
  while (g_main_context_iteration(nullptr, FALSE)) {
  }
}

void ServerProcess::read_on(GInputStream* stream, std::string* text, GCancellable* cancel) {
  auto* reading = new Reading{text, Ref<GCancellable>::share(cancel), {}};
  g_input_stream_read_async(
      stream, reading->bytes.data(), reading->bytes.size(), G_PRIORITY_DEFAULT, cancel,
      [](GObject* source, GAsyncResult* result, gpointer data) {
        const std::unique_ptr<Reading> done(static_cast<Reading*>(data));
        auto* input = G_INPUT_STREAM(source);
        const gssize count = g_input_stream_read_finish(input, result, nullptr);
        if (count <= 0) return;
        done->text->append(done->bytes.data(), static_cast<std::size_t>(count));
        read_on(input, done->text, done->cancel.get());
      },
      reading);
}

std::string ServerProcess::url() {
  const std::string ready = "Tessera is ready: ";
  wait_until(
      [&] {
        return has_ended_ || (output_.find(ready) != std::string::npos && output_.ends_with('\n'));
      },
      std::chrono::seconds(30));
  const std::size_t at = output_.find(ready);
  if (at == std::string::npos) return "";
  const std::size_t from = at + ready.size();
  return output_.substr(from, output_.find('\n', from) - from);
}

void ServerProcess::signal(int number) { g_subprocess_send_signal(process_.get(), number); }

std::optional<int> ServerProcess::exit_status(Duration deadline) {
  if (!wait_until([&] { return has_ended_; }, deadline)) return std::nullopt;
  // What is still in the pipes.
  while (g_main_context_iteration(nullptr, FALSE)) {
  }
  if (!g_subprocess_get_if_exited(process_.get())) return std::nullopt;
  return g_subprocess_get_exit_status(process_.get());
}

int ServerProcess::times_logged(const std::string& text) const {
  int times = 0;
  for (std::size_t at = log_.find(text); at != std::string::npos; at = log_.find(text, at + 1)) {
    ++times;
  }
  return times;
}

pid_t ServerProcess::id() const { return std::stoi(g_subprocess_get_identifier(process_.get())); }

}  // namespace tessera::test
