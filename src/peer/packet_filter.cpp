#include "peer/packet_filter.h"

#include <utility>

#include "gst/pads.h"
#include "gst/ref.h"

namespace tessera::peer {
namespace {

GstPadProbeReturn filter_list(GstPadProbeInfo* info, PacketFilter& admits) {
  GstBufferList* list = gst_buffer_list_make_writable(GST_PAD_PROBE_INFO_BUFFER_LIST(info));
  GST_PAD_PROBE_INFO_DATA(info) = list;
  gst_buffer_list_foreach(
      list,
      [](GstBuffer** packet, guint, gpointer filter) -> gboolean {
        const bool is_admitted = (*static_cast<PacketFilter*>(filter))(*packet);
        if (!is_admitted) gst::Ref<GstBuffer>::adopt(std::exchange(*packet, nullptr));
        return TRUE;
      },
      &admits);
  return gst_buffer_list_length(list) == 0 ? GST_PAD_PROBE_DROP : GST_PAD_PROBE_OK;
}

GstPadProbeReturn filter(GstPad*, GstPadProbeInfo* info, gpointer data) {
  auto& admits = *static_cast<PacketFilter*>(data);
  if ((GST_PAD_PROBE_INFO_TYPE(info) & GST_PAD_PROBE_TYPE_BUFFER_LIST) != 0) {
    return filter_list(info, admits);
  }
  return admits(GST_PAD_PROBE_INFO_BUFFER(info)) ? GST_PAD_PROBE_OK : GST_PAD_PROBE_DROP;
}

}  // namespace

void filter_packets(GstPad* pad, PacketFilter admits) {
  gst_pad_add_probe(pad, gst::buffers_and_lists, filter, new PacketFilter(std::move(admits)),
                    [](gpointer mine) { delete static_cast<PacketFilter*>(mine); });
}

}  // namespace tessera::peer
