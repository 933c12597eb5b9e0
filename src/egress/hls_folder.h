#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "base/result.h"

namespace tessera::egress {

// A private temporary folder that goes with this. For as long as it exists it is locked, so that no
// other server takes it for what a kill left behind.
class HlsFolder {
 public:
  // Error: `media_failure`.
  static Result<std::shared_ptr<HlsFolder>> create();
  // Removes it. Blocks.
  ~HlsFolder();
  HlsFolder(const HlsFolder&) = delete;
  HlsFolder& operator=(const HlsFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  HlsFolder(std::filesystem::path path, int lock) : path_(std::move(path)), lock_(lock) {}

  const std::filesystem::path path_;
  const int lock_;
};

// Removes the folders of this user's servers that were killed, and returns which. Leaves alone
// those of servers that live. Blocks; for the start of the server.
std::vector<std::filesystem::path> remove_stale_hls_folders();

}  // namespace tessera::egress
