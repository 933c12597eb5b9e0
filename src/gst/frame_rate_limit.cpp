#include "gst/frame_rate_limit.h"

#include <utility>

#include "gst/pads.h"

namespace tessera::gst {
namespace {

// Of one pad's streaming thread.
class Schedule {
 public:
  explicit Schedule(std::shared_ptr<std::atomic<int>> limit) : limit_(std::move(limit)) {}

  bool admits(GstClockTime at) {
    const int limit = *limit_;
    if (limit == 0 || !GST_CLOCK_TIME_IS_VALID(at)) return true;
    const GstClockTime interval = GST_SECOND / static_cast<GstClockTime>(limit);
    const GstClockTime tolerance = interval / 4;  // Cameras aren't punctual.
    const bool begins_anew = at > due_ + interval || at + 2 * interval < due_;
    if (!begins_anew && at + tolerance < due_) return false;
    due_ = (begins_anew ? at : due_) + interval;
    return true;
  }

 private:
  std::shared_ptr<std::atomic<int>> limit_;
  GstClockTime due_ = 0;
};

}  // namespace

FrameRateLimit::FrameRateLimit(const Pipeline& pipeline, const std::string& element,
                               const char* pad) {
  const auto limited = static_pad(pipeline.element(element).get(), pad);
  gst_pad_add_probe(
      limited.get(), GST_PAD_PROBE_TYPE_BUFFER,
      [](GstPad*, GstPadProbeInfo* info, gpointer schedule) {
        const GstClockTime at = GST_BUFFER_PTS(GST_PAD_PROBE_INFO_BUFFER(info));
        return static_cast<Schedule*>(schedule)->admits(at) ? GST_PAD_PROBE_OK : GST_PAD_PROBE_DROP;
      },
      new Schedule(limit_), [](gpointer schedule) { delete static_cast<Schedule*>(schedule); });
}

}  // namespace tessera::gst
