#pragma once

#include <gio/gio.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "base/ref.h"
#include "support/temporary_folder.h"

namespace tessera::test {

// Another process that records, to be killed (recorder.cpp).
class RecorderProcess {
 public:
  RecorderProcess(const std::filesystem::path& folder, const std::string& ending) {
    const auto launcher =
        Ref<GSubprocessLauncher>::adopt(g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_NONE));
    g_subprocess_launcher_set_stdout_file_path(launcher.get(), said_.c_str());
    process_ = Ref<GSubprocess>::adopt(g_subprocess_launcher_spawn(
        launcher.get(), nullptr, TESSERA_RECORDER, folder.c_str(), ending.c_str(), nullptr));
  }
  ~RecorderProcess() { kill(); }
  RecorderProcess(const RecorderProcess&) = delete;
  RecorderProcess& operator=(const RecorderProcess&) = delete;

  // How many seconds it says that it has recorded.
  double elapsed() const {
    std::ifstream said(said_);
    double latest = 0;
    for (std::string line; std::getline(said, line);) latest = line.empty() ? 0 : std::stod(line);
    return latest / 1000;
  }

  // At once, by SIGKILL; returns when it is gone.
  void kill() {
    g_subprocess_force_exit(process_.get());
    g_subprocess_wait(process_.get(), nullptr, nullptr);
  }

 private:
  TemporaryFolder folder_;
  std::filesystem::path said_ = folder_.path() / "said";
  Ref<GSubprocess> process_;
};

}  // namespace tessera::test
