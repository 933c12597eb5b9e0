#include "gst/inlet.h"

#include "gst/direct_source.h"

namespace tessera::gst {

Inlet::Inlet(const Pipeline& pipeline, const std::string& name)
    : element_(pipeline.element(name)), is_direct_(is_direct_source(element_.get())) {}

void Inlet::push(GstSample* sample) const {
  if (is_direct_) return push_direct(element_.get(), sample);
  gst_app_src_push_sample(GST_APP_SRC(element_.get()), sample);
}

GstClockTime Inlet::queued() const {
  return is_direct_ ? 0 : gst_app_src_get_current_level_time(GST_APP_SRC(element_.get()));
}

}  // namespace tessera::gst
