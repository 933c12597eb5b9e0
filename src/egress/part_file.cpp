#include "egress/part_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

namespace tessera::egress {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view part_ending = ".part";
constexpr std::array<std::string_view, 3> endings = {".mp4", ".webm", ".mkv"};

constexpr int most_of_one_name = 1000;

Error failure(const std::string& what, int number) {
  const bool is_full = number == ENOSPC || number == EDQUOT;
  return {is_full ? "disk_full" : "recording_failed",
          what + ": " + std::system_category().message(number) + "."};
}

// NAME, NAME-2, NAME-3 …
std::string numbered(const std::string& name, int number) {
  return number == 1 ? name : name + "-" + std::to_string(number);
}

bool is_same_file(const fs::path& path, int file) {
  struct stat by_path = {};
  struct stat by_file = {};
  return stat(path.c_str(), &by_path) == 0 && fstat(file, &by_file) == 0 &&
         by_path.st_ino == by_file.st_ino && by_path.st_dev == by_file.st_dev;
}

// Renames unless there is something of that name. The error's number, or 0.
int rename_to_new(const fs::path& from, const fs::path& to) {
  if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return 0;
  // Not every filesystem can do that.
  if (errno != EINVAL && errno != ENOSYS) return errno;
  if (link(from.c_str(), to.c_str()) != 0) return errno;
  unlink(from.c_str());
  return 0;
}

void sync_folder(const fs::path& folder) {
  const int opened = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (opened < 0) return;
  fsync(opened);
  close(opened);
}

Result<fs::path> give_name(const fs::path& part, const std::string& name,
                           const std::string& ending) {
  const fs::path folder = part.parent_path();
  for (int number = 1; number <= most_of_one_name; ++number) {
    fs::path wanted = folder / (numbered(name, number) + ending);
    const int error = rename_to_new(part, wanted);
    if (error == EEXIST) continue;
    if (error != 0) return failure("The recording can't get its name", error);
    sync_folder(folder);
    return wanted;
  }
  return Error{"recording_failed", "There are too many recordings of the name " + name + "."};
}

// Cuts off what the last write left unfinished: an MP4 that ends amid a box can't be opened at all
// (FFmpeg). A box is its length and four letters (ISO/IEC 14496-12, section 4.2), and a fragment's
// "moof" is of no use without the "mdat" behind it.
void keep_whole_boxes(int file) {
  struct stat status = {};
  if (fstat(file, &status) != 0) return;
  off_t whole = 0;
  std::array<unsigned char, 8> header{};
  for (off_t at = 0; pread(file, header.data(), header.size(), at) == ssize_t{header.size()};) {
    const off_t length = off_t{header[0]} << 24 | header[1] << 16 | header[2] << 8 | header[3];
    if (length < off_t{header.size()} || at + length > status.st_size) break;
    at += length;
    const std::string_view type(reinterpret_cast<const char*>(header.data()) + 4, 4);
    if (type != "moof") whole = at;
  }
  if (whole > 0 && whole < status.st_size) (void)!ftruncate(file, whole);
}

// The name and the ending of what ".NAME.mp4.part" is to become.
std::optional<std::pair<std::string, std::string>> parse_part(std::string_view file_name) {
  if (!file_name.starts_with('.') || !file_name.ends_with(part_ending)) return std::nullopt;
  const std::string_view rest = file_name.substr(1, file_name.size() - 1 - part_ending.size());
  for (const std::string_view ending : endings) {
    if (!rest.ends_with(ending) || rest.size() == ending.size()) continue;
    return std::pair(std::string(rest.substr(0, rest.size() - ending.size())), std::string(ending));
  }
  return std::nullopt;
}

}  // namespace

PartFile::PartFile(fs::path path, std::string name, std::string ending, int file)
    : path_(std::move(path)), name_(std::move(name)), ending_(std::move(ending)), file_(file) {}

PartFile::~PartFile() { close(file_); }

Result<std::shared_ptr<PartFile>> PartFile::create(const fs::path& folder, const std::string& name,
                                                   const std::string& ending) {
  for (int number = 1; number <= most_of_one_name; ++number) {
    fs::path path = folder / ("." + numbered(name, number) + ending + std::string(part_ending));
    const int file = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
    if (file < 0 && errno == EEXIST) continue;
    if (file < 0) return failure("The recording can't be created", errno);
    const std::shared_ptr<PartFile> part(new PartFile(std::move(path), name, ending, file));
    // A server that starts at this moment may have taken it for an empty one left behind.
    const bool is_taken = flock(file, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    if (!is_taken && is_same_file(part->path_, file)) return part;
  }
  return Error{"recording_failed", "There are too many recordings of the name " + name + "."};
}

PartFile::Look PartFile::look() const {
  Look look;
  look.is_there = is_same_file(path_, file_);
  struct stat status = {};
  if (fstat(file_, &status) == 0) look.bytes = static_cast<std::uint64_t>(status.st_size);
  struct statvfs disk = {};
  if (fstatvfs(file_, &disk) == 0) look.bytes_free = disk.f_bavail * disk.f_frsize;
  return look;
}

Result<void> PartFile::sync() {
  if (!std::exchange(folder_is_synced_, true)) sync_folder(path_.parent_path());
  return flush(fdatasync);
}

// The system tells of what it lost once only, whoever asks first. What can't be flushed at all
// isn't lost by that.
Result<void> PartFile::flush(int (*flush)(int)) {
  const std::lock_guard lock(mutex_);
  if (!lost_ && flush(file_) != 0 && errno != EINVAL && errno != EROFS) {
    lost_ = failure("The recording can't be written to the disk", errno);
  }
  return lost_ ? Result<void>(*lost_) : Result<void>();
}

Result<fs::path> PartFile::finish() {
  if (const auto flushed = flush(fsync); !flushed) return flushed.error();
  if (!is_same_file(path_, file_)) return failure("The recording is gone", ENOENT);
  return give_name(path_, name_, ending_);
}

Result<fs::path> PartFile::keep_interrupted() const {
  const Look now = look();
  if (!now.is_there) return failure("The recording is gone", ENOENT);
  if (now.bytes == 0) {
    unlink(path_.c_str());
    return fs::path();
  }
  if (ending_ == ".mp4") keep_whole_boxes(file_);
  fsync(file_);
  return give_name(path_, name_ + " (interrupted)", ending_);
}

std::vector<fs::path> recover_recordings(const fs::path& folder) {
  std::vector<fs::path> parts;
  std::error_code error;  // Without a folder there is nothing to recover.
  for (const auto& entry : fs::directory_iterator(folder, error)) parts.push_back(entry.path());
  std::vector<fs::path> recovered;
  for (const fs::path& path : parts) {
    const auto meant = parse_part(path.filename().string());
    if (!meant) continue;
    const int file = open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (file < 0) continue;
    const PartFile part(path, meant->first, meant->second, file);
    if (flock(file, LOCK_EX | LOCK_NB) != 0) continue;
    const Result<fs::path> kept = part.keep_interrupted();
    if (kept && !kept->empty()) recovered.push_back(*kept);
  }
  return recovered;
}

}  // namespace tessera::egress
