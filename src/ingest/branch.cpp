#include "ingest/branch.h"

#include <mutex>
#include <utility>

#include "gst/pads.h"
#include "gst/runtime.h"

namespace tessera::ingest {
namespace {

constexpr GstClockTimeDiff late = 500 * GST_MSECOND;

constexpr auto waiting_data = GstPadProbeType(GST_PAD_PROBE_TYPE_BLOCK | GST_PAD_PROBE_TYPE_BUFFER);
constexpr auto all_that_flows =
    GstPadProbeType(GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM |
                    GST_PAD_PROBE_TYPE_EVENT_FLUSH);

// When and where in the source a buffer is, by the segment it is in; its offset isn't counted.
struct Place {
  GstClockTime running = GST_CLOCK_TIME_NONE;
  GstClockTime stream = GST_CLOCK_TIME_NONE;
};

Place place_of(GstPad* pad, GstBuffer* buffer) {
  const auto event = gst::Ref<GstEvent>::adopt(gst_pad_get_sticky_event(pad, GST_EVENT_SEGMENT, 0));
  if (!event) return {};
  const GstSegment* segment = nullptr;
  gst_event_parse_segment(event.get(), &segment);
  const GstClockTime stamp = GST_BUFFER_PTS(buffer);
  if (segment->format != GST_FORMAT_TIME || !GST_CLOCK_TIME_IS_VALID(stamp)) return {};
  return {gst_segment_to_running_time(segment, GST_FORMAT_TIME, stamp),
          gst_segment_to_stream_time(segment, GST_FORMAT_TIME, stamp)};
}

}  // namespace

struct Branch::Flow {
  std::function<void()> changed;
  mutable std::mutex mutex;  // Guards what follows.
  bool is_linked = false;
  bool is_held = true;
  bool drops_held = false;
  bool has_ended = false;
  bool is_late = false;
  GstClockTimeDiff offset = 0;
  std::optional<GstClockTime> next;
  std::optional<GstClockTime> position;

  // True if it is news.
  bool note_waiting(const Place& place) {
    if (!GST_CLOCK_TIME_IS_VALID(place.running)) return false;
    const bool is_news = !next;
    next = place.running;
    return is_news;
  }

  bool note_passing(const Place& place) {
    if (!GST_CLOCK_TIME_IS_VALID(place.running)) return false;
    if (GST_CLOCK_TIME_IS_VALID(place.stream)) position = place.stream;
    const auto due = static_cast<GstClockTimeDiff>(place.running) + offset;
    if (due + late > static_cast<GstClockTimeDiff>(gst::running_time())) return false;
    return !std::exchange(is_late, true);
  }

  bool note_event(GstEvent* event) {
    if (GST_EVENT_TYPE(event) == GST_EVENT_EOS) return !std::exchange(has_ended, true);
    if (GST_EVENT_TYPE(event) != GST_EVENT_FLUSH_STOP) return false;
    has_ended = is_late = false;
    next.reset();
    position.reset();
    return true;
  }
};

Branch::Branch(const gst::Pipeline& pipeline, const std::string& kind, Holding holding,
               std::function<void()> changed)
    : first_(gst::static_pad(pipeline.element("take_" + kind).get(), "sink")),
      gate_(gst::static_pad(pipeline.element(kind + "_gate").get(), "src")),
      holding_(holding),
      flow_(std::make_shared<Flow>()) {
  flow_->changed = std::move(changed);
  flow_->drops_held = holding == Holding::drops;
  using Shared = std::shared_ptr<Flow>;
  gst_pad_add_probe(gate_.get(), all_that_flows, watch, new Shared(flow_),
                    [](gpointer data) { delete static_cast<Shared*>(data); });
  hold();
}

Branch::~Branch() = default;

// What waits, waits for the probe to be removed.
GstPadProbeReturn Branch::wait(GstPad* pad, GstPadProbeInfo* info, gpointer data) {
  const auto& flow = *static_cast<std::shared_ptr<Flow>*>(data);
  const Place place = place_of(pad, GST_PAD_PROBE_INFO_BUFFER(info));
  const bool is_news = [&] {
    const std::lock_guard lock(flow->mutex);
    return flow->note_waiting(place);
  }();
  if (is_news) flow->changed();
  return GST_PAD_PROBE_OK;
}

GstPadProbeReturn Branch::watch(GstPad* pad, GstPadProbeInfo* info, gpointer data) {
  const auto& flow = *static_cast<std::shared_ptr<Flow>*>(data);
  const bool is_buffer = (GST_PAD_PROBE_INFO_TYPE(info) & GST_PAD_PROBE_TYPE_BUFFER) != 0;
  const Place place = is_buffer ? place_of(pad, GST_PAD_PROBE_INFO_BUFFER(info)) : Place{};
  bool is_news = false;
  bool is_dropped = false;
  {
    const std::lock_guard lock(flow->mutex);
    is_dropped = is_buffer && flow->is_held && flow->drops_held;
    is_news = is_dropped  ? flow->note_waiting(place)
              : is_buffer ? flow->note_passing(place)
                          : flow->note_event(GST_PAD_PROBE_INFO_EVENT(info));
  }
  if (is_news) flow->changed();
  return is_dropped ? GST_PAD_PROBE_DROP : GST_PAD_PROBE_OK;
}

bool Branch::link(GstPad* pad) {
  if (gst_pad_is_linked(first_.get()) || gst_pad_link(pad, first_.get()) != GST_PAD_LINK_OK) {
    return false;
  }
  const std::lock_guard lock(flow_->mutex);
  flow_->is_linked = true;
  return true;
}

bool Branch::is_linked() const {
  const std::lock_guard lock(flow_->mutex);
  return flow_->is_linked;
}

void Branch::hold() {
  {
    const std::lock_guard lock(flow_->mutex);
    flow_->is_held = true;
    flow_->is_late = false;
    if (block_ == 0) flow_->next.reset();
  }
  if (holding_ == Holding::drops || block_ != 0) return;
  using Shared = std::shared_ptr<Flow>;
  block_ = gst_pad_add_probe(gate_.get(), waiting_data, wait, new Shared(flow_),
                             [](gpointer data) { delete static_cast<Shared*>(data); });
}

void Branch::release(GstClockTimeDiff offset) {
  {
    const std::lock_guard lock(flow_->mutex);
    flow_->is_held = flow_->is_late = false;
    flow_->offset = offset;
  }
  gst_pad_set_offset(gate_.get(), offset);
  if (block_ != 0) gst_pad_remove_probe(gate_.get(), std::exchange(block_, 0));
}

std::optional<GstClockTime> Branch::next() const {
  const std::lock_guard lock(flow_->mutex);
  return flow_->next;
}

bool Branch::has_ended() const {
  const std::lock_guard lock(flow_->mutex);
  return flow_->has_ended;
}

bool Branch::is_late() const {
  const std::lock_guard lock(flow_->mutex);
  return flow_->is_late;
}

std::optional<Duration> Branch::position() const {
  const std::lock_guard lock(flow_->mutex);
  if (!flow_->position) return std::nullopt;
  return std::chrono::duration_cast<Duration>(std::chrono::nanoseconds(*flow_->position));
}

}  // namespace tessera::ingest
