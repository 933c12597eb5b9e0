#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>

#include "base/event_loop.h"
#include "base/result.h"
#include "egress/part_file.h"
#include "gst/descriptions.h"
#include "gst/pipeline.h"

namespace tessera::egress {

// Where media enter a pipeline that keeps them. On the control thread.
class Intake {
 public:
  Intake() = default;
  virtual ~Intake() = default;
  Intake(const Intake&) = delete;
  Intake& operator=(const Intake&) = delete;

  // Whether nothing came that is kept.
  virtual bool is_empty() const = 0;
  // What comes from now on isn't kept.
  virtual void close() = 0;
  // Takes nothing more: to be called before what it takes from goes.
  virtual void starve() = 0;
  // Nothing after that; what is on its way arrives, and then the end of each stream.
  virtual void end() = 0;
  // Whether something that should be kept came faster than it could be written.
  virtual bool has_dropped() const = 0;
};

struct FileOptions {
  std::filesystem::path folder;
  std::string name;  // Of the file, without an ending and without "/".
  std::string ending;
  std::uint64_t warn_below = 500ULL << 20U;  // Bytes left on the disk.
  std::uint64_t stop_below = 100ULL << 20U;
};

// A pipeline that writes what it takes in into a file (record-*.gst), from its start to its stop.
//
// The file can be played at each moment: a crash costs its last second at most, a power cut the
// last two, as a worker syncs it every second. It has its own name only once it is whole
// (PartFile). A disk that is full or gone ends it; if one, or the server, is so slow that something
// may be missing, it tells. Neither harms anybody else.
//
// Belongs to the control thread. Destroying it before its end keeps what there is, as interrupted.
class FileWriter {
 public:
  // A file that a worker makes, if there is space for it, with its folder. It goes, as it is empty,
  // unless it is taken.
  class Opening;
  // Errors: `recording_failed`, `disk_full`.
  using Opened = Result<std::shared_ptr<PartFile>>;
  // What is taken and not written to, if it was opened.
  static void discard(const Opened& file);

  // Of the description of that name, which has a muxer `mux` and a filesink `file`. Errors: why
  // there is no file; `pipeline_invalid`.
  static Result<std::unique_ptr<FileWriter>> create(const std::string& description,
                                                    const FileOptions& options, const Opened& file,
                                                    const gst::Descriptions& descriptions);
  ~FileWriter();
  FileWriter(const FileWriter&) = delete;
  FileWriter& operator=(const FileWriter&) = delete;

  // Precondition: the file hasn't ended.
  gst::Pipeline& pipeline() const { return *pipeline_; }

  // `intake` is the pipeline's and has to outlive this. Opens the file, which is there already, by
  // its path. Any error of pipelines.
  Result<void> start(Intake& intake);
  void stop();

  // Only moves forward. A file that finishes is finished, or else failed.
  enum class State { writing, finishing, finished, failed };
  State state() const { return state_; }
  // Called on the control thread with each new state or reason. The writer may be destroyed in it.
  void on_change(std::function<void(State)> callback) { on_change_ = std::move(callback); }
  // Called once, when the disk has less left than `warn_below`; with the bytes left.
  void on_disk_low(std::function<void(std::uint64_t)> callback) {
    on_disk_low_ = std::move(callback);
  }

  // Why it failed, or finished without being told to: `recording_failed`, `disk_full`, `no_media`;
  // or what is amiss with it: `too_slow`.
  const std::optional<Error>& reason() const { return reason_; }
  // As of the last second.
  std::uint64_t bytes() const { return bytes_; }
  // Where the file is to be found; empty before the end, and if nothing is left of it.
  const std::filesystem::path& path() const { return path_; }

 private:
  FileWriter(FileOptions options, std::unique_ptr<gst::Pipeline> pipeline,
             std::shared_ptr<PartFile> file);
  void look_after_disk();
  void tell_of_gaps();
  struct Seen {
    Result<void> synced;
    PartFile::Look look;
  };
  void take(const Seen& seen);
  void enter(State state);
  void tell();
  void fail(Error reason);
  void close();
  void give_name(bool is_whole);
  struct Named {
    PartFile::Look look;
    std::filesystem::path path = {};
    bool is_whole = false;
    std::optional<Error> fault = std::nullopt;  // Why it isn't, though it was to be.
  };
  static Named name(PartFile& file, bool is_whole);  // On a worker.
  void take(const Named& named);

  const FileOptions options_;
  std::shared_ptr<PartFile> file_;
  std::unique_ptr<gst::Pipeline> pipeline_;
  Intake* intake_ = nullptr;  // Null before the start.

  State state_ = State::writing;
  std::optional<Error> reason_;
  std::uint64_t bytes_ = 0;
  std::filesystem::path path_;
  std::function<void(State)> on_change_;
  std::function<void(std::uint64_t)> on_disk_low_;

  bool is_looking_ = false;
  Timer every_second_;
  Timer deadline_;
  Anchor anchor_;
};

class FileWriter::Opening {
 public:
  // Calls `done` on the worker, after which take() doesn't wait.
  static std::shared_ptr<Opening> begin(const FileOptions& options, Task done = {});
  ~Opening();
  Opening(const Opening&) = delete;
  Opening& operator=(const Opening&) = delete;

  // Once. Waits for a disk that is slow, but not for long; `recording_failed` after that.
  Opened take();

 private:
  Opening() = default;

  std::promise<Opened> promise_;
  std::future<Opened> file_ = promise_.get_future();
};

}  // namespace tessera::egress
