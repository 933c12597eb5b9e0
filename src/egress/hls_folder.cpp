#include "egress/hls_folder.h"

#include <fcntl.h>
#include <glib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <system_error>

#include "base/ref.h"

namespace tessera::egress {
namespace {

namespace fs = std::filesystem;

constexpr const char* beginning = "tessera-hls-";
constexpr int most_attempts = 10;

// Of a folder, by itself: nothing that is only named so, nor what a link leads to. Or -1.
int open_folder(const fs::path& path) {
  return open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

bool is_there(const fs::path& path, int folder) {
  struct stat by_path = {};
  struct stat by_file = {};
  return lstat(path.c_str(), &by_path) == 0 && fstat(folder, &by_file) == 0 &&
         by_path.st_ino == by_file.st_ino && by_path.st_dev == by_file.st_dev;
}

bool is_ours(int folder) {
  struct stat status = {};
  return fstat(folder, &status) == 0 && status.st_uid == geteuid();
}

bool lock(int folder) { return flock(folder, LOCK_EX | LOCK_NB) == 0; }

// Whether it was stale.
bool remove_if_stale(const fs::path& path) {
  const int folder = open_folder(path);
  if (folder < 0) return false;
  const bool is_stale = is_ours(folder) && lock(folder) && is_there(path, folder);
  std::error_code error;
  if (is_stale) fs::remove_all(path, error);
  close(folder);
  return is_stale && !error;
}

}  // namespace

Result<std::shared_ptr<HlsFolder>> HlsFolder::create() {
  for (int attempt = 0; attempt < most_attempts; ++attempt) {
    const CString path(g_dir_make_tmp((std::string(beginning) + "XXXXXX").c_str(), nullptr));
    if (!path) break;
    const int folder = open_folder(path.get());
    if (folder < 0) continue;
    // A server that starts at this moment may have taken it for one left behind.
    if (lock(folder) && is_there(path.get(), folder)) {
      return std::shared_ptr<HlsFolder>(new HlsFolder(path.get(), folder));
    }
    close(folder);
  }
  return Error{"media_failure", "There is no room for its files."};
}

HlsFolder::~HlsFolder() {
  std::error_code error;  // Whoever removed it first has done no harm.
  fs::remove_all(path_, error);
  close(lock_);
}

std::vector<fs::path> remove_stale_hls_folders() {
  std::vector<fs::path> removed;
  std::error_code error;
  for (fs::directory_iterator at(g_get_tmp_dir(), error), end; !error && at != end;
       at.increment(error)) {
    const fs::path path = at->path();
    if (!path.filename().string().starts_with(beginning)) continue;
    if (remove_if_stale(path)) removed.push_back(path);
  }
  return removed;
}

}  // namespace tessera::egress
