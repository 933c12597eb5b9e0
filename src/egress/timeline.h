#pragma once

#include <gst/gst.h>

#include <mutex>
#include <optional>
#include <vector>

namespace tessera::egress {

// Where in a file each moment of a meeting belongs: from 0, without the pauses.
//
// A section of the file begins with the first keyframe after begin(), for the sound as well, and
// ends at pause(); the next one continues where it ended. Picture and sound ask by their time
// stamps and so are cut and moved alike, however late each of them comes.
//
// A value: no threads, no clock. Times in and out are running times and positions in the file.
class Timeline {
 public:
  // Lets a section begin with the first keyframe that is stamped `now` or later.
  void begin(GstClockTime now) { waits_since_ = now; }
  // What is stamped `now` or later is no longer part of it.
  void pause(GstClockTime now);

  // The position of a picture; nothing if it isn't part of the file. Later than the one before,
  // whatever its time stamp.
  std::optional<GstClockTime> place_picture(GstClockTime at, bool is_keyframe);
  // The same for a packet of sound, which has to be part of it from its beginning to its end. One
  // that is no later than the one before is dropped.
  std::optional<GstClockTime> place_sound(GstClockTime at, GstClockTime duration);

  // The position of what lasts from `at` to `end`; nothing if it isn't wholly part of the file.
  std::optional<GstClockTime> position_of(GstClockTime at, GstClockTime end) const;

  // Whether it isn't known yet if a moment is part of the file, until a keyframe comes.
  bool is_undecided(GstClockTime at) const { return waits_since_ && at >= *waits_since_; }

  bool is_empty() const { return sections_.empty(); }
  // How long the file is, without what is undecided.
  GstClockTime length(GstClockTime now) const;

 private:
  struct Section {
    GstClockTime from;
    GstClockTime until;
    GstClockTime position;
  };

  std::vector<Section> sections_;
  std::optional<GstClockTime> waits_since_;
  std::optional<GstClockTime> last_picture_;
  std::optional<GstClockTime> last_sound_;
};

// For all that is kept of one meeting at the same time.
struct SharedTimeline {
  mutable std::mutex mutex;
  Timeline timeline;
};

}  // namespace tessera::egress
