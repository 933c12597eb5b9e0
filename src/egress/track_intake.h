#pragma once

#include <atomic>
#include <memory>
#include <optional>

#include "egress/file_writer.h"
#include "egress/timeline.h"
#include "gst/inlet.h"
#include "gst/outlet.h"
#include "gst/pipeline.h"
#include "gst/route.h"

namespace tessera::egress {

// Where one stream enters a pipeline that keeps it, at the inlet `track`: those of its frames that
// are part of a meeting's timeline, at their places there. Video goes on at a keyframe after each
// moment that isn't.
//
// Made and used on the control thread; frames pass on the pipeline's streaming thread.
class TrackIntake : public Intake {
 public:
  TrackIntake(const gst::Pipeline& pipeline, std::shared_ptr<const SharedTimeline> timeline,
              gst::Route::Media media);

  // Takes what leaves there in place of what it took before.
  void feed(const gst::Outlet& frames);

  bool is_empty() const override { return passage_->is_empty; }
  void close() override { passage_->is_closed = true; }
  void starve() override;
  void end() override;
  bool has_dropped() const override { return has_dropped_ || (route_ && route_->has_dropped()); }

 private:
  struct Passage {
    std::shared_ptr<const SharedTimeline> shared;
    gst::Route::Media media;
    std::atomic<bool> is_empty = true;
    std::atomic<bool> is_closed = false;
    // On the streaming thread only.
    std::optional<GstClockTime> last = std::nullopt;
    std::optional<GstClockTime> asked_at = std::nullopt;
    bool needs_keyframe = false;
    bool lacks_keyframe = false;  // For want of which the latest frame was dropped.

    std::optional<GstClockTime> place(GstBuffer* frame);
  };
  static GstPadProbeReturn pass(GstPad* pad, GstPadProbeInfo* info, gpointer data);

  gst::Inlet inlet_;
  gst::Route::Media media_;
  std::shared_ptr<Passage> passage_;
  std::unique_ptr<gst::Route> route_;
  bool has_dropped_ = false;  // On earlier routes.
};

}  // namespace tessera::egress
