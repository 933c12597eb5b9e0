#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <optional>

#include "base/units.h"
#include "egress/file_writer.h"
#include "egress/timeline.h"
#include "gst/inlet.h"
#include "gst/outlet.h"
#include "gst/pipeline.h"
#include "gst/route.h"

namespace tessera::egress {

// Where the composite enters a pipeline that keeps it: at the inlets `picture` and `sound`, which
// begin together, with a keyframe, at 0, and leave pauses out (Timeline).
//
// Sound that comes before it is known where it begins is held back until then: a picture takes
// longer than its sound. The encoders may be others from one moment to the next.
//
// Made and used on the control thread; what passes is moved on the pipeline's streaming threads.
class CompositeIntake : public Intake {
 public:
  explicit CompositeIntake(const gst::Pipeline& pipeline);

  // Takes what leaves there in place of what it took before.
  void feed(const gst::Outlet& picture, const gst::Outlet& sound);
  void starve() override;

  // From the next keyframe on; until close(), which may be followed by another begin().
  void begin();
  void close() override;
  void end() override;
  bool has_dropped() const override;

  void request_keyframe() const;

  bool is_empty() const override;
  Duration length() const;
  std::shared_ptr<const SharedTimeline> timeline() const { return passage_->shared; }

 private:
  struct Passage {
    std::shared_ptr<SharedTimeline> shared = std::make_shared<SharedTimeline>();
    // On the picture's streaming thread only.
    std::optional<GstClockTime> asked_at;
    // On the sound's streaming thread only.
    std::deque<gst::Ref<GstBuffer>> held;
  };
  static GstPadProbeReturn pass_picture(GstPad* pad, GstPadProbeInfo* info, gpointer data);
  static GstPadProbeReturn pass_sound(GstPad* pad, GstPadProbeInfo* info, gpointer data);
  static void watch(const gst::Inlet& inlet, GstPadProbeCallback callback,
                    const std::shared_ptr<Passage>& passage);

  gst::Inlet picture_;
  gst::Inlet sound_;
  std::shared_ptr<Passage> passage_ = std::make_shared<Passage>();
  std::unique_ptr<gst::Route> picture_route_;
  std::unique_ptr<gst::Route> sound_route_;
  bool has_dropped_ = false;  // On earlier routes.
};

}  // namespace tessera::egress
