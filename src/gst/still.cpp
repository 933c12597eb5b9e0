#include "gst/still.h"

#include "gst/runtime.h"

namespace tessera::gst {

Ref<GstSample> still_of(const Ref<GstSample>& picture) {
  const auto buffer = Ref<GstBuffer>::adopt(gst_buffer_copy(gst_sample_get_buffer(picture.get())));
  GST_BUFFER_PTS(buffer.get()) = running_time();
  GST_BUFFER_DURATION(buffer.get()) = GST_CLOCK_TIME_NONE;
  return Ref<GstSample>::adopt(
      gst_sample_new(buffer.get(), gst_sample_get_caps(picture.get()), nullptr, nullptr));
}

}  // namespace tessera::gst
