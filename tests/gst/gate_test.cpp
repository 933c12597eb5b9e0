#include "gst/gate.h"

#include <gmock/gmock.h>
#include <gst/app/gstappsink.h>

#include <vector>

#include "support/sinks.h"

namespace tessera::gst {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr bool key = true;
constexpr bool delta = false;

// Buffers go through the gate on the test's own thread, so what hasn't arrived was dropped.
class GateTest : public testing::Test {
 protected:
  GateTest()
      : pipeline_(
            test::make_pipeline("identity name=before ! appsink name=out sync=false async=false")),
        entry_(Ref<GstPad>::adopt(
            gst_element_get_static_pad(pipeline_->element("before").get(), "sink"))),
        gate_(std::make_unique<Gate>(*pipeline_, "before", "src")) {
    EXPECT_TRUE(pipeline_->start());
    GstSegment segment;
    gst_segment_init(&segment, GST_FORMAT_TIME);
    gst_pad_send_event(entry_.get(), gst_event_new_stream_start("test"));
    gst_pad_send_event(entry_.get(), gst_event_new_segment(&segment));
  }

  // Numbers name buffers: they are their time stamps.
  static Ref<GstBuffer> buffer(int number, bool is_key) {
    auto made = Ref<GstBuffer>::adopt(gst_buffer_new_allocate(nullptr, 8, nullptr));
    GST_BUFFER_PTS(made.get()) = static_cast<GstClockTime>(number);
    if (!is_key) GST_BUFFER_FLAG_SET(made.get(), GST_BUFFER_FLAG_DELTA_UNIT);
    return made;
  }

  void push(int number, bool is_key) {
    gst_pad_chain(entry_.get(), buffer(number, is_key).release());
  }

  std::vector<int> arrived() const {
    std::vector<int> numbers;
    const auto sink = pipeline_->element("out");
    while (const auto sample =
               Ref<GstSample>::adopt(gst_app_sink_try_pull_sample(GST_APP_SINK(sink.get()), 0))) {
      numbers.push_back(static_cast<int>(GST_BUFFER_PTS(gst_sample_get_buffer(sample.get()))));
    }
    return numbers;
  }

  std::unique_ptr<Pipeline> pipeline_;
  Ref<GstPad> entry_;
  std::unique_ptr<Gate> gate_;
};

TEST_F(GateTest, IsClosedAtFirst) {
  push(1, key);
  push(2, delta);
  EXPECT_THAT(arrived(), IsEmpty());
}

TEST_F(GateTest, LetsBuffersPassFromAKeyframeOnOnceItIsOpen) {
  gate_->open();
  push(1, delta);
  push(2, key);
  push(3, delta);
  EXPECT_THAT(arrived(), ElementsAre(2, 3));
}

TEST_F(GateTest, WaitsForAnotherKeyframeWhenItWasClosedMeanwhile) {
  gate_->open();
  push(1, key);
  gate_->close();
  push(2, delta);
  push(3, key);
  gate_->open();
  push(4, delta);
  push(5, key);
  EXPECT_THAT(arrived(), ElementsAre(1, 5));
}

TEST_F(GateTest, StaysOpenWhenItIsOpenedTwice) {
  gate_->open();
  push(1, key);
  gate_->open();
  push(2, delta);
  EXPECT_THAT(arrived(), ElementsAre(1, 2));
}

// Media before the certificate was checked mustn't slip through in a list.
TEST_F(GateTest, HoldsForListsOfBuffersToo) {
  const auto pad =
      Ref<GstPad>::adopt(gst_element_get_static_pad(pipeline_->element("before").get(), "src"));
  const auto push_list = [&](int number, bool is_key) {
    GstBufferList* list = gst_buffer_list_new();
    gst_buffer_list_add(list, buffer(number, is_key).release());
    gst_buffer_list_add(list, buffer(number + 1, delta).release());
    gst_pad_push_list(pad.get(), list);
  };
  push_list(1, key);
  gate_->open();
  push_list(3, delta);
  push_list(5, key);
  push_list(7, delta);
  gate_->close();
  push_list(9, key);
  EXPECT_THAT(arrived(), ElementsAre(5, 6, 7, 8));
}

TEST_F(GateTest, StaysClosedOnceItIsGone) {
  gate_.reset();
  push(1, key);
  EXPECT_THAT(arrived(), ElementsAre());
}

TEST_F(GateTest, StaysOpenOnceItIsGone) {
  gate_->open();
  gate_.reset();
  push(1, key);
  EXPECT_THAT(arrived(), ElementsAre(1));
}

}  // namespace
}  // namespace tessera::gst
