#include "peer/shortcuts.h"

#include <functional>
#include <set>
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

// The pad that `pad` is linked to, past elements of these kinds, which don't change packets.
// `other` is the name of their pad on the far side.
PadRef linked_pad(GstPad* pad, const char* other, const std::set<std::string_view>& past) {
  PadRef linked = PadRef::adopt(gst_pad_get_peer(pad));
  while (linked) {
    const auto element = gst::Ref<GstElement>::adopt(gst_pad_get_parent_element(linked.get()));
    if (!element || !past.contains(kind_of(element.get()))) return linked;
    const auto next = gst::static_pad(element.get(), other);
    linked = PadRef::adopt(gst_pad_get_peer(next.get()));
  }
  return linked;
}

GstPadProbeReturn hand_over(GstPad*, GstPadProbeInfo* info, gpointer end) {
  auto* sink = static_cast<GstPad*>(end);
  GST_PAD_PROBE_INFO_FLOW_RETURN(info) =
      (GST_PAD_PROBE_INFO_TYPE(info) & GST_PAD_PROBE_TYPE_BUFFER_LIST) != 0
          ? gst_pad_chain_list(sink, GST_PAD_PROBE_INFO_BUFFER_LIST(info))
          : gst_pad_chain(sink, GST_PAD_PROBE_INFO_BUFFER(info));
  return GST_PAD_PROBE_HANDLED;
}

// From now on what leaves by `source` enters by `sink`.
void lead(GstPad* source, PadRef sink) {
  if (!sink) return;
  gst_pad_add_probe(source, gst::buffers_and_lists, hand_over, sink.release(),
                    [](gpointer pad) { PadRef::adopt(static_cast<GstPad*>(pad)); });
}

// Calls `use` with each of an element's source pads, or of its sink pads.
void for_each_pad(GstElement* element,
                  gboolean (*each)(GstElement*, GstElementForeachPadFunc, gpointer),
                  const std::function<void(GstPad*)>& use) {
  each(
      element,
      [](GstElement*, GstPad* pad, gpointer data) -> gboolean {
        (*static_cast<const std::function<void(GstPad*)>*>(data))(pad);
        return TRUE;
      },
      const_cast<std::function<void(GstPad*)>*>(&use));
}

}  // namespace

void shorten_receive_path(GstElement* webrtc) {
  for_each_element(webrtc, "nicesrc", [](GstElement* ice) {
    const auto source = gst::static_pad(ice, "src");
    lead(source.get(), linked_pad(source.get(), "src", {"capsfilter", "queue"}));
  });
}

void shorten_send_path(GstElement* webrtc) {
  // The funnel's pads have the names of webrtcbin's.
  for_each_element(webrtc, "rtpfunnel", [webrtc](GstElement* funnel) {
    for_each_pad(funnel, gst_element_foreach_sink_pad, [webrtc](GstPad* sink) {
      const auto entry = gst::static_pad(webrtc, GST_PAD_NAME(sink));
      if (!entry) return;
      const auto source = linked_pad(entry.get(), "sink", {"capsfilter"});
      if (source) lead(source.get(), PadRef::share(sink));
    });
  });
  for_each_element(webrtc, "nicesink", [webrtc](GstElement* ice) {
    for_each_element(webrtc, "srtpenc", [ice](GstElement* encryption) {
      for_each_pad(encryption, gst_element_foreach_src_pad,
                   [ice](GstPad* source) { lead(source, gst::static_pad(ice, "sink")); });
    });
  });
}

}  // namespace tessera::peer
