#include "egress/composite_intake.h"

#include <utility>

#include "egress/stamping.h"
#include "gst/pads.h"
#include "gst/runtime.h"

namespace tessera::egress {
namespace {

// In buffers; a few seconds.
constexpr std::size_t most_held_sound = 250;
// A packet of sound also has something of the one before: an AAC frame at most.
constexpr GstClockTime smear = 25 * GST_MSECOND;

}  // namespace

CompositeIntake::CompositeIntake(const gst::Pipeline& pipeline)
    : picture_(pipeline, "picture"), sound_(pipeline, "sound") {
  watch(picture_, pass_picture, passage_);
  watch(sound_, pass_sound, passage_);
}

void CompositeIntake::watch(const gst::Inlet& inlet, GstPadProbeCallback callback,
                            const std::shared_ptr<Passage>& passage) {
  using Shared = std::shared_ptr<Passage>;
  const auto pad = gst::static_pad(inlet.get(), "src");
  gst_pad_add_probe(pad.get(), GST_PAD_PROBE_TYPE_BUFFER, callback, new Shared(passage),
                    [](gpointer data) { delete static_cast<Shared*>(data); });
}

GstPadProbeReturn CompositeIntake::pass_picture(GstPad* pad, GstPadProbeInfo* info, gpointer data) {
  Passage& passage = **static_cast<std::shared_ptr<Passage>*>(data);
  const GstBuffer* buffer = GST_PAD_PROBE_INFO_BUFFER(info);
  const GstClockTime at = GST_BUFFER_PTS(buffer);
  const bool is_keyframe = !GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_DELTA_UNIT);
  std::optional<GstClockTime> position;
  bool needs_keyframe = false;
  {
    const std::lock_guard lock(passage.shared->mutex);
    position = passage.shared->timeline.place_picture(at, is_keyframe);
    needs_keyframe = passage.shared->timeline.is_undecided(at);
  }
  if (needs_keyframe && (!passage.asked_at || at >= *passage.asked_at + ask_again_after)) {
    passage.asked_at = at;
    ask_for_keyframe(pad);
  }
  if (!position) return GST_PAD_PROBE_DROP;
  stamp(writable_buffer(info), *position);
  return GST_PAD_PROBE_OK;
}

GstPadProbeReturn CompositeIntake::pass_sound(GstPad* pad, GstPadProbeInfo* info, gpointer data) {
  Passage& passage = **static_cast<std::shared_ptr<Passage>*>(data);
  std::deque<gst::Ref<GstBuffer>>& held = passage.held;
  held.push_back(gst::Ref<GstBuffer>::share(GST_PAD_PROBE_INFO_BUFFER(info)));
  std::deque<gst::Ref<GstBuffer>> ready;
  {
    const std::lock_guard lock(passage.shared->mutex);
    if (!passage.shared->timeline.is_undecided(GST_BUFFER_PTS(held.back().get()))) ready.swap(held);
    if (held.size() > most_held_sound) held.pop_front();
    for (gst::Ref<GstBuffer>& buffer : ready) {
      const auto position = passage.shared->timeline.place_sound(GST_BUFFER_PTS(buffer.get()),
                                                                 duration_of(buffer.get()));
      if (!position) {
        buffer = nullptr;
        continue;
      }
      buffer = gst::Ref<GstBuffer>::adopt(gst_buffer_copy(buffer.get()));
      stamp(buffer.get(), *position);
    }
  }
  // Behind this pad, whose probe has seen them.
  const auto next = gst::Ref<GstPad>::adopt(gst_pad_get_peer(pad));
  for (gst::Ref<GstBuffer>& buffer : ready) {
    if (buffer) gst_pad_chain(next.get(), buffer.release());
  }
  return GST_PAD_PROBE_DROP;
}

void CompositeIntake::feed(const gst::Outlet& picture, const gst::Outlet& sound) {
  starve();
  picture_route_ =
      std::make_unique<gst::Route>(picture, picture_, gst::Route::Media::needs_keyframe);
  sound_route_ = std::make_unique<gst::Route>(sound, sound_, gst::Route::Media::any_buffer);
}

void CompositeIntake::starve() {
  has_dropped_ = has_dropped();
  picture_route_.reset();
  sound_route_.reset();
}

void CompositeIntake::begin() {
  const std::lock_guard lock(passage_->shared->mutex);
  passage_->shared->timeline.begin(gst::running_time() + smear);
}

void CompositeIntake::close() {
  const std::lock_guard lock(passage_->shared->mutex);
  passage_->shared->timeline.pause(gst::running_time());
}

void CompositeIntake::end() {
  starve();
  gst_app_src_end_of_stream(GST_APP_SRC(picture_.get()));
  gst_app_src_end_of_stream(GST_APP_SRC(sound_.get()));
}

bool CompositeIntake::has_dropped() const {
  const auto drops = [](const auto& route) { return route && route->has_dropped(); };
  return has_dropped_ || drops(picture_route_) || drops(sound_route_);
}

void CompositeIntake::request_keyframe() const {
  ask_for_keyframe(gst::static_pad(picture_.get(), "src").get());
}

bool CompositeIntake::is_empty() const {
  const std::lock_guard lock(passage_->shared->mutex);
  return passage_->shared->timeline.is_empty();
}

Duration CompositeIntake::length() const {
  const std::lock_guard lock(passage_->shared->mutex);
  return std::chrono::duration_cast<Duration>(
      std::chrono::nanoseconds(passage_->shared->timeline.length(gst::running_time())));
}

}  // namespace tessera::egress
