#include "egress/broadcast_time.h"

#include "gst/pads.h"

namespace tessera::egress {
namespace {

// What the two inlets of one connection share.
struct Start {
  std::shared_ptr<BroadcastTime> broadcast;
  GstClockTime not_before;
  std::shared_ptr<std::atomic<GstClockTime>> at;
};

bool has_begun(const Start& start) { return GST_CLOCK_TIME_IS_VALID(start.at->load()); }

// The buffer's time on the timeline; nothing if it is from before that.
GstClockTime time_of(GstBuffer* buffer, const Start& start) {
  const GstClockTime origin = start.broadcast->origin;
  const GstClockTime stamp = GST_BUFFER_PTS(buffer);
  if (!GST_CLOCK_TIME_IS_VALID(stamp) || !GST_CLOCK_TIME_IS_VALID(origin) || stamp < origin) {
    return GST_CLOCK_TIME_NONE;
  }
  return stamp - origin;
}

// One of the two inlets; on its streaming thread.
struct Entry {
  Start start;
  bool (*admits)(Entry&, GstBuffer*);
  GstClockTime earliest = 0;   // what it takes next
  bool needs_keyframe = true;  // of pictures
};

bool begin(const Start& start, GstBuffer* keyframe) {
  GstClockTime none = GST_CLOCK_TIME_NONE;
  start.broadcast->origin.compare_exchange_strong(none, GST_BUFFER_PTS(keyframe));
  const GstClockTime time = time_of(keyframe, start);
  if (!GST_CLOCK_TIME_IS_VALID(time) || time < start.not_before) return false;
  *start.at = time;
  return true;
}

bool admits_picture(Entry& entry, GstBuffer* buffer) {
  const bool is_keyframe = !GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_DELTA_UNIT);
  if (entry.needs_keyframe && !is_keyframe) return false;
  if (!has_begun(entry.start) && !begin(entry.start, buffer)) return false;
  const GstClockTime time = time_of(buffer, entry.start);
  entry.needs_keyframe = !GST_CLOCK_TIME_IS_VALID(time) || time < entry.earliest;
  return !entry.needs_keyframe;
}

bool admits_sound(Entry& entry, GstBuffer* buffer) {
  if (!has_begun(entry.start)) return false;
  const GstClockTime time = time_of(buffer, entry.start);
  return GST_CLOCK_TIME_IS_VALID(time) && time >= *entry.start.at && time >= entry.earliest;
}

// Without decoding times: no picture waits for a later one, as an encoder for meetings has none
// that do.
GstBuffer* on_timeline(GstBuffer* buffer, Entry& entry) {
  BroadcastTime& timeline = *entry.start.broadcast;
  const GstClockTime time = time_of(buffer, entry.start);
  buffer = gst_buffer_make_writable(buffer);
  GST_BUFFER_PTS(buffer) = time;
  GST_BUFFER_DTS(buffer) = GST_CLOCK_TIME_NONE;
  entry.earliest = time + GST_MSECOND;  // RTMP has no finer times.
  // Two threads, of which either may win: both times are about now.
  if (time > timeline.latest) timeline.latest = time;
  return buffer;
}

void guard(const gst::Pipeline& pipeline, const char* name, const Entry& entry) {
  const auto pad = gst::static_pad(pipeline.element(name).get(), "src");
  gst_pad_add_probe(
      pad.get(), GST_PAD_PROBE_TYPE_BUFFER,
      [](GstPad*, GstPadProbeInfo* info, gpointer data) {
        auto& guarded = *static_cast<Entry*>(data);
        GstBuffer* buffer = GST_PAD_PROBE_INFO_BUFFER(info);
        if (!guarded.admits(guarded, buffer)) return GST_PAD_PROBE_DROP;
        GST_PAD_PROBE_INFO_DATA(info) = on_timeline(buffer, guarded);
        return GST_PAD_PROBE_OK;
      },
      new Entry(entry), [](gpointer data) { delete static_cast<Entry*>(data); });
}

}  // namespace

Beginning begin_at_keyframe(const gst::Pipeline& pipeline,
                            const std::shared_ptr<BroadcastTime>& timeline) {
  const Start start{timeline, timeline->latest,
                    std::make_shared<std::atomic<GstClockTime>>(GST_CLOCK_TIME_NONE)};
  guard(pipeline, "picture", {start, admits_picture});
  guard(pipeline, "sound", {start, admits_sound});
  return start.at;
}

}  // namespace tessera::egress
