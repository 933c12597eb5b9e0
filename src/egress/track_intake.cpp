#include "egress/track_intake.h"

#include <algorithm>
#include <utility>

#include "egress/stamping.h"
#include "gst/pads.h"

namespace tessera::egress {

TrackIntake::TrackIntake(const gst::Pipeline& pipeline,
                         std::shared_ptr<const SharedTimeline> timeline, gst::Route::Media media)
    : inlet_(pipeline, "track"),
      media_(media),
      passage_(std::make_shared<Passage>(std::move(timeline), media)) {
  using Shared = std::shared_ptr<Passage>;
  gst_pad_add_probe(gst::static_pad(inlet_.get(), "src").get(), GST_PAD_PROBE_TYPE_BUFFER, pass,
                    new Shared(passage_), [](gpointer data) { delete static_cast<Shared*>(data); });
}

// Nothing if the frame is to be dropped.
std::optional<GstClockTime> TrackIntake::Passage::place(GstBuffer* frame) {
  const GstClockTime at = GST_BUFFER_PTS(frame);
  if (is_closed || !GST_CLOCK_TIME_IS_VALID(at)) return std::nullopt;
  std::optional<GstClockTime> position;
  {
    const std::lock_guard lock(shared->mutex);
    position = shared->timeline.position_of(at, at + duration_of(frame));
  }
  const bool is_video = media == gst::Route::Media::needs_keyframe;
  const bool is_keyframe = !GST_BUFFER_FLAG_IS_SET(frame, GST_BUFFER_FLAG_DELTA_UNIT);
  needs_keyframe = is_video && (!position || (needs_keyframe && !is_keyframe));
  lacks_keyframe = needs_keyframe && position;
  if (!position || lacks_keyframe) return std::nullopt;
  if (last && *position <= *last) {
    // A picture's followers need it to be decoded; sound is just later than it was.
    if (!is_video) return std::nullopt;
    position = *last + GST_MSECOND;
  }
  last = position;
  is_empty = false;
  return position;
}

GstPadProbeReturn TrackIntake::pass(GstPad* pad, GstPadProbeInfo* info, gpointer data) {
  Passage& passage = **static_cast<std::shared_ptr<Passage>*>(data);
  GstBuffer* frame = GST_PAD_PROBE_INFO_BUFFER(info);
  if (const auto position = passage.place(frame)) {
    stamp(writable_buffer(info), *position);
    return GST_PAD_PROBE_OK;
  }
  const GstClockTime at = GST_BUFFER_PTS(frame);
  if (passage.lacks_keyframe && (!passage.asked_at || at >= *passage.asked_at + ask_again_after)) {
    passage.asked_at = at;
    ask_for_keyframe(pad);
  }
  return GST_PAD_PROBE_DROP;
}

void TrackIntake::feed(const gst::Outlet& frames) {
  starve();
  route_ = std::make_unique<gst::Route>(frames, inlet_, media_);
  if (media_ == gst::Route::Media::needs_keyframe) frames.request_keyframe();
}

void TrackIntake::starve() {
  has_dropped_ = has_dropped();
  route_.reset();
}

void TrackIntake::end() {
  starve();
  gst_app_src_end_of_stream(GST_APP_SRC(inlet_.get()));
}

}  // namespace tessera::egress
