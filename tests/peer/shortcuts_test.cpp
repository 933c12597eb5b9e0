#include "peer/shortcuts.h"

#include <gtest/gtest.h>

#include "gst/pads.h"
#include "gst/ref.h"
#include "support/sinks.h"

namespace tessera::peer {
namespace {

// A frame's packets on their way through what webrtcbin has before its funnel.
class SendPathTest : public testing::Test {
 protected:
  SendPathTest() {
    const auto bin = pipeline_->element("webrtc");
    const auto first = gst::static_pad(pipeline_->element("first").get(), "sink");
    gst_element_add_pad(bin.get(), gst_ghost_pad_new("sink_0", first.get()));
    gst_element_link(pipeline_->element("filter").get(), bin.get());
    gst_pad_add_probe(
        gst::static_pad(pipeline_->element("out").get(), "sink").get(), gst::buffers_and_lists,
        [](GstPad*, GstPadProbeInfo* info, gpointer test) {
          const bool is_list =
              (GST_PAD_PROBE_INFO_TYPE(info) & GST_PAD_PROBE_TYPE_BUFFER_LIST) != 0;
          ++(is_list ? static_cast<SendPathTest*>(test)->lists_
                     : static_cast<SendPathTest*>(test)->buffers_);
          return GST_PAD_PROBE_OK;
        },
        this, nullptr);
    EXPECT_TRUE(pipeline_->start());
    send(gst_event_new_stream_start("test"));
    send(gst_event_new_caps(
        gst::Ref<GstCaps>::adopt(gst_caps_from_string("application/x-rtp,ssrc=(uint)1")).get()));
    GstSegment segment;
    gst_segment_init(&segment, GST_FORMAT_TIME);
    send(gst_event_new_segment(&segment));
  }

  void send(GstEvent* event) { gst_pad_push_event(payloader_.get(), event); }

  void send_frame(int packets) {
    GstBufferList* list = gst_buffer_list_new();
    for (int i = 0; i < packets; ++i) {
      gst_buffer_list_add(list, gst_buffer_new_allocate(nullptr, 20, nullptr));
    }
    EXPECT_EQ(gst_pad_push_list(payloader_.get(), list), GST_FLOW_OK);
  }

  std::unique_ptr<gst::Pipeline> pipeline_ = test::make_pipeline(
      "identity name=payloader ! capsfilter name=filter"
      " ( name=webrtc clocksync name=first ! rtpulpfecenc ! rtpredenc ! rtpfunnel.sink_0"
      " rtpfunnel name=rtpfunnel ! fakesink name=out sync=false async=false )");
  gst::Ref<GstPad> payloader_ = gst::static_pad(pipeline_->element("payloader").get(), "src");
  int lists_ = 0;
  int buffers_ = 0;
};

TEST_F(SendPathTest, KeepsAFramesPacketsTogetherOnceItIsShortened) {
  send_frame(3);
  EXPECT_EQ(lists_, 0);
  EXPECT_EQ(buffers_, 3);
  shorten_send_path(pipeline_->element("webrtc").get());
  send_frame(3);
  EXPECT_EQ(lists_, 1);
  EXPECT_EQ(buffers_, 3);
}

}  // namespace
}  // namespace tessera::peer
