#pragma once

#include <gst/gst.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/units.h"
#include "gst/pipeline.h"
#include "gst/ref.h"
#include "pipelines_media.h"

namespace tessera::bench {

// One pipeline with nothing around it, started.
struct Alone {
  gst::Pipeline* pipeline = nullptr;
  std::vector<std::string> outlets;  // Its appsinks.
  std::shared_ptr<void> owner;       // Of the pipeline, and of what empties the appsinks.
};

// From a description's text; all its appsinks are outlets. `set` may set what code sets.
Result<Alone> start_alone(const std::string& name, const std::string& text,
                          const std::function<void(gst::Pipeline&)>& set = {});

// Whether something in it ticks, so that it can't be fed faster than that: a live source of its
// own.
bool keeps_own_time(const gst::Pipeline& pipeline);

// The names of the appsrcs that say what they take, and what that is.
std::map<std::string, gst::Ref<GstCaps>> inlets_with_caps(const gst::Pipeline& pipeline);

// What enters at an inlet, so much later than at the first.
struct Entering {
  std::string inlet;
  Media media;
  std::chrono::nanoseconds delay{};
};

enum class Pace {
  as_taken,  // All at once, and then the end of the stream.
  real,      // Each when its time has come, and then the end of the stream.
  endless    // As real, but for what keeps its own time: there is no end to wait for.
};

struct Passing {
  Pace pace = Pace::as_taken;
  std::chrono::nanoseconds length{};  // At real pace: until then it runs on.
  bool keep = false;                  // What left, for a look at it.
  // What a picture that leaves shows, where its time stamp doesn't say which one it is.
  std::function<std::optional<int>(GstBuffer*)> read = {};
};

// All times are running time since the first buffer's.
struct Entered {
  std::chrono::nanoseconds time{};
  TimePoint at;
};
struct Left {
  std::chrono::nanoseconds time{};
  TimePoint at;
  gst::Ref<GstSample> sample;  // If kept.
  std::optional<int> number;   // As it was read.
};

struct Passed {
  std::map<std::string, std::vector<Entered>> entered;  // By inlet.
  std::map<std::string, std::vector<Left>> left;        // By outlet.
  // Of the whole process: what pushing costs is part of it, but not what making the media does.
  double cpu_seconds = 0;
};

// Errors: `media_failure`, if the pipeline fails or doesn't come to an end.
Result<Passed> pass(const Alone& alone, const std::vector<Entering>& entering,
                    const Passing& passing);

// What left, as media.
Media media_of(const std::vector<Left>& left);

// Passes media through stages in gst-launch syntax.
Result<Media> through(const std::string& stages, const Media& media);

}  // namespace tessera::bench
