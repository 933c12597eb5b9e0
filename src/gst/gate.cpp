#include "gst/gate.h"

#include "gst/pads.h"

namespace tessera::gst {
namespace {

bool begins_with_keyframe(GstPadProbeInfo* info) {
  const bool is_list = (GST_PAD_PROBE_INFO_TYPE(info) & GST_PAD_PROBE_TYPE_BUFFER_LIST) != 0;
  GstBuffer* first = is_list ? gst_buffer_list_get(GST_PAD_PROBE_INFO_BUFFER_LIST(info), 0)
                             : GST_PAD_PROBE_INFO_BUFFER(info);
  return !GST_BUFFER_FLAG_IS_SET(first, GST_BUFFER_FLAG_DELTA_UNIT);
}

}  // namespace

Gate::Gate(const Pipeline& pipeline, const std::string& element, const char* pad)
    : state_(std::make_shared<State>()) {
  using Shared = std::shared_ptr<State>;
  const auto guarded = static_pad(pipeline.element(element).get(), pad);
  gst_pad_add_probe(
      guarded.get(), buffers_and_lists,
      [](GstPad*, GstPadProbeInfo* info, gpointer data) {
        State& state = **static_cast<Shared*>(data);
        if (!state.is_open) return GST_PAD_PROBE_DROP;
        if (!state.needs_keyframe) return GST_PAD_PROBE_OK;
        if (!begins_with_keyframe(info)) return GST_PAD_PROBE_DROP;
        state.needs_keyframe = false;
        return GST_PAD_PROBE_OK;
      },
      new Shared(state_), [](gpointer data) { delete static_cast<Shared*>(data); });
}

bool Gate::open() {
  if (state_->is_open) return false;
  state_->needs_keyframe = true;
  state_->is_open = true;
  return true;
}

void Gate::close() { state_->is_open = false; }

}  // namespace tessera::gst
