#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace tessera::egress {

// The file of a recording that isn't finished: hidden, and with a name that says so
// (".NAME.mp4.part"), until it gets its own all at once. For as long as it exists it is locked, so
// that no other server takes it for what a crash left behind; where a disk can't lock, nothing is
// taken for that.
//
// Somebody else writes into it, by its path. What may block is for a worker and says so.
class PartFile {
 public:
  // A file that wasn't there before. The name is without an ending. Blocks while a disk is slow.
  // Error: `recording_failed`.
  static Result<std::shared_ptr<PartFile>> create(const std::filesystem::path& folder,
                                                  const std::string& name,
                                                  const std::string& ending);
  ~PartFile();
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;

  const std::filesystem::path& path() const { return path_; }

  struct Look {
    bool is_there = false;
    std::uint64_t bytes = 0;
    std::uint64_t bytes_free = 0;  // On its disk.
  };
  // How it stands. Blocks while a disk is slow.
  Look look() const;
  // Takes care that what was written so far survives a power cut. Blocks until it does. Errors:
  // `recording_failed`, `disk_full`; from the first on, always.
  Result<void> sync();

  // Gives it its name, or "NAME-2" and so on: what is there is never overwritten. Blocks. Errors:
  // as of sync(), also what that found before; it has no name then.
  Result<std::filesystem::path> finish();
  // Likewise "NAME (interrupted)": what there is of it. If that is nothing it is removed, and the
  // path is empty. Blocks.
  Result<std::filesystem::path> keep_interrupted() const;

 private:
  friend std::vector<std::filesystem::path> recover_recordings(const std::filesystem::path& folder);
  PartFile(std::filesystem::path path, std::string name, std::string ending, int file);
  Result<void> flush(int (*flush)(int));

  std::filesystem::path path_;
  std::string name_;
  std::string ending_;
  int file_;
  bool folder_is_synced_ = false;
  std::mutex mutex_;           // While it is flushed.
  std::optional<Error> lost_;  // Why not all that was written is on the disk.
};

// Gives whatever a crash left unfinished in the folder a name that says so: "NAME
// (interrupted).mp4". Leaves alone what a server still writes. Returns the new paths. Blocks; for
// the start of the server.
std::vector<std::filesystem::path> recover_recordings(const std::filesystem::path& folder);

}  // namespace tessera::egress
