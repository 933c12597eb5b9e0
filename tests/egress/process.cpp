#include "egress/process.h"

#include <csignal>
#include <stdexcept>

#include "support/wait.h"

namespace tessera::test {

Process::Process(const std::vector<std::string>& command)
    : cancel_(Ref<GCancellable>::adopt(g_cancellable_new())), bytes_(65536) {
  std::vector<const char*> arguments;
  for (const std::string& argument : command) arguments.push_back(argument.c_str());
  arguments.push_back(nullptr);
  GError* raw_error = nullptr;
  constexpr auto flags =
      GSubprocessFlags(G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE);
  process_ = Ref<GSubprocess>::adopt(g_subprocess_newv(arguments.data(), flags, &raw_error));
  const GErrorPtr error(raw_error);
  if (!process_) throw std::runtime_error(error->message);
  read_on();
  g_subprocess_wait_async(
      process_.get(), nullptr,
      [](GObject* process, GAsyncResult* result, gpointer self) {
        g_subprocess_wait_finish(G_SUBPROCESS(process), result, nullptr);
        static_cast<Process*>(self)->has_ended_ = true;
      },
      this);
}

// What is under way ends first: its callbacks come here.
Process::~Process() {
  kill();
  g_cancellable_cancel(cancel_.get());
  wait_until([&] { return is_at_end_; });
}

void Process::read_on() {
  g_input_stream_read_async(
      g_subprocess_get_stdout_pipe(process_.get()), bytes_.data(), bytes_.size(),
      G_PRIORITY_DEFAULT, cancel_.get(),
      [](GObject* source, GAsyncResult* result, gpointer data) {
        auto* process = static_cast<Process*>(data);
        const gssize count = g_input_stream_read_finish(G_INPUT_STREAM(source), result, nullptr);
        if (count <= 0) {
          process->is_at_end_ = true;
          return;
        }
        process->output_.append(process->bytes_.data(), static_cast<std::size_t>(count));
        process->read_on();
      },
      this);
}

void Process::signal(int number) { g_subprocess_send_signal(process_.get(), number); }

void Process::kill() {
  if (has_ended_) return;
  g_subprocess_force_exit(process_.get());
  wait_until([&] { return has_ended_; });
}

bool Process::ends_well(Duration deadline) {
  return wait_until([&] { return has_ended_ && is_at_end_; }, deadline) &&
         g_subprocess_get_successful(process_.get());
}

}  // namespace tessera::test
