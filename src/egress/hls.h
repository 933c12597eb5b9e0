#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "egress/composite_intake.h"
#include "egress/hls_folder.h"
#include "gst/descriptions.h"
#include "gst/outlet.h"
#include "gst/pipeline.h"

namespace tessera::egress {

// A meeting for any number of spectators, as files for a web server: HLS (RFC 8216), a playlist of
// the latest twelve seconds in segments of two, from H.264 in byte-stream with a keyframe every two
// seconds and raw AAC.
//
// The files are in a private temporary folder that goes with this. The segments' names are unique,
// so that caches never take those of one meeting for another's. Belongs to the control thread.
class Hls {
 public:
  // Error: `media_failure`.
  static Result<std::unique_ptr<Hls>> start(const gst::Outlet& picture, const gst::Outlet& sound,
                                            const gst::Descriptions& descriptions);
  ~Hls();
  Hls(const Hls&) = delete;
  Hls& operator=(const Hls&) = delete;

  // Goes on from other encoders; starve() has to be called before one goes.
  void feed(const gst::Outlet& picture, const gst::Outlet& sound) { intake_.feed(picture, sound); }
  void starve() { intake_.starve(); }

  // Called on the control thread, once. It may be destroyed in it.
  void on_failure(std::function<void(const Error&)> callback) {
    pipeline_->on_failure(std::move(callback));
  }

  struct File {
    std::filesystem::path path;
    const char* content_type;
    bool may_be_cached;  // A whole segment never changes; a playlist does all the time.
  };
  static constexpr std::string_view playlist_name = "index.m3u8";
  // A file that is there now, by the name that stands in its URL: the playlist's, or a segment's as
  // the playlist has it or had it a moment ago. Nothing for all other names, so that any may be
  // asked for; nor for the segment that is being written.
  std::optional<File> find(std::string_view name) const;

  const std::filesystem::path& folder() const { return folder_->path(); }

 private:
  Hls(std::unique_ptr<gst::Pipeline> pipeline, std::shared_ptr<HlsFolder> folder);
  // Nothing if it is no name of a segment of this.
  std::optional<unsigned> segment_number(std::string_view name) const;
  bool has_been_listed(std::string_view name) const;

  const std::string segment_beginning_;  // Of their names; their numbers follow.
  std::shared_ptr<HlsFolder> folder_;
  std::unique_ptr<gst::Pipeline> pipeline_;
  CompositeIntake intake_;
};

}  // namespace tessera::egress
