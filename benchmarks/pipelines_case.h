#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/units.h"
#include "gst/descriptions.h"
#include "pipelines_alone.h"

namespace tessera::bench {

// One description, fed with media of one size: how it is started, proved and fed.
struct Case {
  enum class Kind { pictures, sound, other };

  std::string description;
  std::string what;  // As "640x360".
  Kind kind = Kind::other;
  bool keeps_own_time = false;
  std::function<Result<Alone>()> start;
  // Whether what leaves it is right. Errors: `wrong_output`, `media_failure`.
  std::function<Result<void>(const Alone&)> prove;
  // What it is measured with, of that many seconds.
  std::function<Result<std::vector<Entering>>(double seconds)> media;
  // Where the frames that are counted leave.
  std::string outlet;
  // See Passing. What enters at the first inlet has the numbers of its places, modulo `numbers`.
  std::function<std::optional<int>(GstBuffer*)> read = {};
  int numbers = 0;

  std::string name() const { return description + (what.empty() ? "" : " " + what); }
};

// Every description that can run alone. peer.gst can't: a webrtcbin needs another at its other end,
// and what the two cost is what the command `meeting` measures. `media` is a file with a picture,
// or empty; `sizes` are those of what enters.
std::vector<Case> cases_of(const gst::Descriptions& descriptions, const std::string& media,
                           const std::vector<Resolution>& sizes);

// The mixers, set up as the server does. Of the canvas so many tiles are in use, each with pictures
// of exactly its size; of the voice slots so many have somebody who speaks.
Case mix_video(const gst::Descriptions& descriptions, int tiles);
Case mix_audio(const gst::Descriptions& descriptions, int speaking);

// How many frames that are, one at least.
int count_of(double seconds, int rate);

// A description of the user's own. Nothing is known of what it does, so its proof is only that
// something leaves by each outlet. Errors: `pipeline_invalid`.
Result<Case> case_of(const std::string& file);

}  // namespace tessera::bench
