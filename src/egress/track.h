#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>

#include "base/event_loop.h"
#include "base/result.h"
#include "egress/file_writer.h"
#include "egress/timeline.h"
#include "egress/track_intake.h"
#include "gst/descriptions.h"
#include "gst/outlet.h"

namespace tessera::egress {

// What one participant sends, kept as they encoded it: their camera or their microphone, as a file
// of its own beside a recording of the meeting (WebM; Matroska for H.264).
//
// Its time stamps are positions in the recording, and only moments of that are in it: tracks of one
// recording fit each other and the recording as they are. The file and its ends are as of
// FileWriter. Belongs to the control thread.
class Track {
 public:
  enum class Kind { vp8, h264, opus };

  // Begins when a worker has made the file: people who join mustn't wait for a disk that is busy.
  // The pipeline then opens it, which is there, once more on the control thread.
  // `options.ending` is set here.
  Track(Kind kind, FileOptions options, std::shared_ptr<const SharedTimeline> timeline,
        const gst::Descriptions& descriptions);
  Track(const Track&) = delete;
  Track& operator=(const Track&) = delete;

  // Frames of its kind; until starve(), which comes before the outlet goes. Again any time.
  void feed(const gst::Outlet& frames);
  void starve();
  bool is_fed() const { return frames_ != nullptr; }

  void stop();
  bool has_ended() const;
  // Called when nothing is written any more, and when something is missing before that
  // (`too_slow`). The track may be destroyed in it.
  void on_news(std::function<void()> callback) { on_news_ = std::move(callback); }

  // As of FileWriter, and any of pipelines.
  const std::optional<Error>& reason() const { return writer_ ? writer_->reason() : fault_; }
  // Where the file is to be found; empty before the end, and if nothing is left of it.
  std::filesystem::path path() const { return writer_ ? writer_->path() : std::filesystem::path(); }

 private:
  void begin(const FileWriter::Opened& file);
  void end(const Error& fault);
  // Why it has no file, if it was stopped before there was one.
  Error unwritten() const;

  const Kind kind_;
  FileOptions options_;
  const std::shared_ptr<const SharedTimeline> timeline_;
  const gst::Descriptions& descriptions_;
  const gst::Outlet* frames_ = nullptr;
  bool was_fed_ = false;
  bool is_stopped_ = false;
  std::shared_ptr<FileWriter::Opening> opening_;
  std::optional<Error> fault_;           // Why there is no writer and won't be.
  std::unique_ptr<TrackIntake> intake_;  // With the writer.
  std::unique_ptr<FileWriter> writer_;
  std::function<void()> on_news_;
  Anchor anchor_;
};

}  // namespace tessera::egress
