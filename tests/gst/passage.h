#pragma once

#include <gst/app/gstappsink.h>
#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "gst/pipeline.h"
#include "support/sinks.h"

namespace tessera::test {

// A pad, "src" of the element "passage", through which buffers go on the test's own thread: what
// hasn't arrived behind it was dropped. Buffers are known by their time stamps.
class PassageTest : public testing::Test {
 protected:
  PassageTest() {
    EXPECT_TRUE(pipeline_->start());
    push(gst_event_new_stream_start("test"));
    push(segment(0));
  }

  // Of buffers from that time on.
  static GstEvent* segment(GstClockTime start) {
    GstSegment segment;
    gst_segment_init(&segment, GST_FORMAT_TIME);
    segment.start = start;
    return gst_event_new_segment(&segment);
  }

  static gst::Ref<GstBuffer> buffer(GstClockTime at) {
    auto made = gst::Ref<GstBuffer>::adopt(gst_buffer_new_allocate(nullptr, 8, nullptr));
    GST_BUFFER_PTS(made.get()) = at;
    return made;
  }

  void push(GstEvent* event) { gst_pad_send_event(entry_.get(), event); }
  void push(gst::Ref<GstBuffer> buffer) { gst_pad_chain(entry_.get(), buffer.release()); }

  // Since the last call.
  std::vector<GstClockTime> arrived() const {
    std::vector<GstClockTime> times;
    const auto sink = pipeline_->element("out");
    while (const auto sample = gst::Ref<GstSample>::adopt(
               gst_app_sink_try_pull_sample(GST_APP_SINK(sink.get()), 0))) {
      times.push_back(GST_BUFFER_PTS(gst_sample_get_buffer(sample.get())));
    }
    return times;
  }

  gst::Ref<GstPad> pad(const char* element, const char* name) const {
    return gst::Ref<GstPad>::adopt(
        gst_element_get_static_pad(pipeline_->element(element).get(), name));
  }

  std::unique_ptr<gst::Pipeline> pipeline_ =
      make_pipeline("identity name=passage ! appsink name=out sync=false async=false");

 private:
  gst::Ref<GstPad> entry_ = pad("passage", "sink");
};

}  // namespace tessera::test
