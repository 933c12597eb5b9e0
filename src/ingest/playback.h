#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/event_loop.h"
#include "base/result.h"
#include "base/signal.h"
#include "base/units.h"
#include "gst/descriptions.h"
#include "gst/frame_rate_limit.h"
#include "gst/outlet.h"
#include "gst/pipeline.h"
#include "ingest/branch.h"
#include "ingest/source.h"

namespace tessera::ingest {

// What is known of a source once it has been read.
struct SourceFacts {
  bool has_video = false;
  bool has_audio = false;
  bool can_seek = false;
  std::optional<Duration> duration;  // Nothing of what has no end.
};

// One run of a source, from opening it to its end or its first fault: a pipeline of play.gst.
//
// Its branches are held until both have something to show: at first, after a seek, after a pause,
// and when one has fallen more than half a second behind, as after a stall of the network. Then
// both are shifted, by the same amount, to now.
//
// Belongs to the control thread, on which all callbacks run.
class Playback {
 public:
  // The playback may be destroyed in any of them; none is called after `failed`.
  struct Callbacks {
    std::function<void(const SourceFacts&)> started;  // Once.
    // All has left. A seek starts it anew.
    std::function<void()> ended;
    std::function<void(const Error&)> failed;
  };

  struct Options {
    bool crop_to_tile = true;
    Resolution largest_picture;
  };

  // Error: `media_failure`.
  static Result<std::unique_ptr<Playback>> open(const std::string& name, const Source& source,
                                                const gst::Descriptions& descriptions,
                                                const Options& options, Callbacks callbacks);

  const gst::Outlet& video() const { return video_; }
  const gst::Outlet& audio() const { return audio_; }

  void set_tile(Resolution size);
  void limit_frame_rate(int frame_rate) { frame_rate_limit_.set(frame_rate); }
  void set_volume(double volume) { pipeline_->set("volume", "volume", volume); }

  void pause();
  void resume();

  // The one asked for last counts, if several are asked for before the first is done.
  void seek(Duration position);
  Duration position() const;

 private:
  Playback(std::unique_ptr<gst::Pipeline> pipeline, const Source& source, Callbacks callbacks);
  void connect_signals(const Source& source, Resolution largest);
  void watch_errors();
  void start();
  std::function<void()> look_soon();
  void look();
  void look_at_held();
  void take_held();
  void look_at_released();
  void learn_facts();
  void release();
  void hold();
  void begin_seek();
  void fail(const Error& error);
  template <typename Test>
  bool all_linked(Test test) const;

  Callbacks callbacks_;
  bool is_live_;
  bool has_failed_ = false;
  bool are_pads_known_ = false;
  bool is_held_ = true;
  bool is_paused_ = false;
  bool is_seeking_ = false;
  bool has_started_ = false;
  bool is_learning_ = false;
  bool has_ended_ = false;
  std::optional<Duration> wanted_position_;
  std::optional<Duration> last_seek_;

  std::unique_ptr<gst::Pipeline> pipeline_;
  std::shared_ptr<std::atomic<bool>> look_is_due_ = std::make_shared<std::atomic<bool>>(false);
  Anchor anchor_;
  // Shared with callbacks on streaming threads.
  std::shared_ptr<Branch> video_branch_;
  std::shared_ptr<Branch> audio_branch_;
  gst::FrameRateLimit frame_rate_limit_;
  gst::Outlet video_;
  gst::Outlet audio_;
  std::vector<Signal> signals_;
  Timer gathering_timer_;
};

}  // namespace tessera::ingest
