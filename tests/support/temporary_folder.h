#pragma once

#include <glib.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "base/ref.h"

namespace tessera::test {

// A folder of its own, for as long as it is needed.
class TemporaryFolder {
 public:
  TemporaryFolder() : path_(CString(g_dir_make_tmp("tessera-test-XXXXXX", nullptr)).get()) {}
  // A worker may still give a file its name, or remove it, meanwhile.
  ~TemporaryFolder() {
    std::error_code error;
    for (int attempt = 0; attempt < 10; ++attempt) {
      std::filesystem::remove_all(path_, error);
      if (!error) return;
    }
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// The names of what is in a folder, sorted.
inline std::vector<std::string> names_in(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    names.push_back(entry.path().filename().string());
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace tessera::test
