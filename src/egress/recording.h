#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/event_loop.h"
#include "base/result.h"
#include "base/units.h"
#include "egress/composite_intake.h"
#include "egress/file_writer.h"
#include "gst/descriptions.h"
#include "gst/outlet.h"

namespace tessera::egress {

enum class Container {
  mp4,  // H.264 in byte-stream, with a keyframe every two seconds or so, and raw AAC.
  webm  // VP8 and Opus as viewers get them; the recording asks for its keyframes.
};

struct RecordingOptions {
  std::filesystem::path folder;
  std::string name;  // Of the file, without an ending and without "/".
  Container container = Container::mp4;
  std::uint64_t warn_below = 500ULL << 20U;  // Bytes left on the disk.
  std::uint64_t stop_below = 100ULL << 20U;
};

// A meeting that is kept as a file, from its start to its stop, without its pauses. The file and
// its ends are as of FileWriter.
//
// Belongs to the control thread. Destroying it before its end keeps what there is, as interrupted.
class Recording {
 public:
  // Waits for a disk that is slow, for a second at most, and then for the pipeline to open the new
  // file once more. Errors: `recording_failed`, `disk_full`, and any of pipelines.
  static Result<std::unique_ptr<Recording>> start(const RecordingOptions& options,
                                                  const gst::Outlet& picture,
                                                  const gst::Outlet& sound,
                                                  const gst::Descriptions& descriptions);

  // Goes on from other encoders, of pictures of the same size and the same kind of sound.
  void feed(const gst::Outlet& picture, const gst::Outlet& sound);

  // Takes nothing until the next feed(): to be called before an encoder goes.
  void starve() { intake_.starve(); }

  // These do nothing in a state that they don't fit.
  void pause();
  void resume();
  void stop() { writer_->stop(); }

  // Only `recording` and `paused` are left for one another; each other state is for good, or for a
  // later one.
  enum class State { recording, paused, finishing, finished, failed };
  State state() const;
  // Called on the control thread with each new state or reason. The recording may be destroyed in
  // it.
  void on_change(std::function<void(State)> callback) { on_change_ = std::move(callback); }
  // As of FileWriter.
  void on_disk_low(std::function<void(std::uint64_t)> callback) {
    writer_->on_disk_low(std::move(callback));
  }
  const std::optional<Error>& reason() const { return writer_->reason(); }
  std::uint64_t bytes() const { return writer_->bytes(); }
  const std::filesystem::path& path() const { return writer_->path(); }

  // What of the meeting is in the file.
  Duration elapsed() const { return intake_.length(); }

  // Which moments of the meeting are in the file, and where.
  std::shared_ptr<const SharedTimeline> timeline() const { return intake_.timeline(); }

 private:
  explicit Recording(std::unique_ptr<FileWriter> writer);
  Result<void> begin(Container container, const gst::Outlet& picture, const gst::Outlet& sound);
  void tell();

  CompositeIntake intake_;
  std::unique_ptr<FileWriter> writer_;
  bool is_paused_ = false;
  std::function<void(State)> on_change_;
  Timer every_ten_seconds_;
};

}  // namespace tessera::egress
