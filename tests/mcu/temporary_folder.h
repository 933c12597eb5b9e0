#pragma once

#include <glib.h>

#include <filesystem>

#include "base/ref.h"

namespace tessera::mcu {

// A folder of its own, for as long as it is needed.
class TemporaryFolder {
 public:
  TemporaryFolder() : path_(CString(g_dir_make_tmp("tessera-mcu-XXXXXX", nullptr)).get()) {}
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace tessera::mcu
