#include "peer/receive_shortcut.h"

#include <string_view>

#include "gst/pads.h"
#include "gst/ref.h"
#include "peer/elements.h"

namespace tessera::peer {
namespace {

using PadRef = gst::Ref<GstPad>;

std::string_view kind_of(GstElement* element) {
  const GstElementFactory* factory = gst_element_get_factory(element);
  return factory == nullptr ? "" : GST_OBJECT_NAME(factory);
}

// Where the packets go that leave by this pad, past what doesn't change them.
PadRef end_of_queue(GstPad* source) {
  PadRef sink = PadRef::adopt(gst_pad_get_peer(source));
  while (sink) {
    const auto element = gst::Ref<GstElement>::adopt(gst_pad_get_parent_element(sink.get()));
    if (!element || (kind_of(element.get()) != "capsfilter" && kind_of(element.get()) != "queue")) {
      return sink;
    }
    const auto next = gst::static_pad(element.get(), "src");
    sink = PadRef::adopt(gst_pad_get_peer(next.get()));
  }
  return sink;
}

GstPadProbeReturn hand_over(GstPad*, GstPadProbeInfo* info, gpointer end) {
  auto* sink = static_cast<GstPad*>(end);
  GST_PAD_PROBE_INFO_FLOW_RETURN(info) =
      (GST_PAD_PROBE_INFO_TYPE(info) & GST_PAD_PROBE_TYPE_BUFFER_LIST) != 0
          ? gst_pad_chain_list(sink, GST_PAD_PROBE_INFO_BUFFER_LIST(info))
          : gst_pad_chain(sink, GST_PAD_PROBE_INFO_BUFFER(info));
  return GST_PAD_PROBE_HANDLED;
}

}  // namespace

void shorten_receive_path(GstElement* webrtc) {
  for_each_element(webrtc, "nicesrc", [](GstElement* ice) {
    const auto source = gst::static_pad(ice, "src");
    PadRef end = end_of_queue(source.get());
    if (!end) return;
    gst_pad_add_probe(source.get(), gst::buffers_and_lists, hand_over, end.release(),
                      [](gpointer pad) { PadRef::adopt(static_cast<GstPad*>(pad)); });
  });
}

}  // namespace tessera::peer
