#include "gst/direct_source.h"

#include <gmock/gmock.h>
#include <gst/app/gstappsink.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "gst/feed.h"
#include "gst/inlet.h"
#include "gst/route.h"
#include "support/sinks.h"
#include "support/wait.h"

namespace tessera::gst {
namespace {

using std::chrono::milliseconds;
using test::Feed;
using test::wait_until;
using testing::ElementsAre;

constexpr Route::Media any_buffer = Route::Media::any_buffer;
constexpr GstPadProbeType events = GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM;

class DirectSourceTest : public testing::Test {
 protected:
  // Pushes a buffer of such caps, and returns what came out of it at once, on this thread.
  std::string push(GstClockTime at, const char* caps_text = "video/x-test") {
    const auto buffer = Ref<GstBuffer>::adopt(gst_buffer_new_allocate(nullptr, 8, nullptr));
    GST_BUFFER_PTS(buffer.get()) = at;
    const auto caps = Ref<GstCaps>::adopt(gst_caps_from_string(caps_text));
    const auto sample =
        Ref<GstSample>::adopt(gst_sample_new(buffer.get(), caps.get(), nullptr, nullptr));
    Inlet(*pipeline_, "in").push(sample.get());
    const auto sink = pipeline_->element("out");
    const auto got =
        Ref<GstSample>::adopt(gst_app_sink_try_pull_sample(GST_APP_SINK(sink.get()), 0));
    if (!got) return "";
    const CString caps_got(gst_caps_to_string(gst_sample_get_caps(got.get())));
    return std::to_string(GST_BUFFER_PTS(gst_sample_get_buffer(got.get()))) + " " + caps_got.get();
  }

  std::unique_ptr<Pipeline> pipeline_ =
      test::make_pipeline("directsrc name=in ! appsink name=out sync=false async=false");
};

TEST_F(DirectSourceTest, HandsBuffersOnAtOnceWithTheirCaps) {
  ASSERT_TRUE(pipeline_->start());
  EXPECT_EQ(push(1), "1 video/x-test");
  EXPECT_EQ(push(2), "2 video/x-test");
  EXPECT_EQ(push(3, "video/x-other"), "3 video/x-other");
}

TEST_F(DirectSourceTest, AnnouncesCapsOnlyWhenTheyChange) {
  std::vector<std::string> seen;
  const auto sink = pipeline_->element("out");
  const auto pad = Ref<GstPad>::adopt(gst_element_get_static_pad(sink.get(), "sink"));
  gst_pad_add_probe(
      pad.get(), events,
      [](GstPad*, GstPadProbeInfo* info, gpointer data) {
        static_cast<std::vector<std::string>*>(data)->emplace_back(
            GST_EVENT_TYPE_NAME(GST_PAD_PROBE_INFO_EVENT(info)));
        return GST_PAD_PROBE_OK;
      },
      &seen, nullptr);
  ASSERT_TRUE(pipeline_->start());
  push(1);
  push(2);
  push(3, "video/x-other");
  EXPECT_THAT(seen, ElementsAre("stream-start", "caps", "segment", "caps"));
}

TEST_F(DirectSourceTest, TakesNothingWhileItsPipelineStands) {
  EXPECT_EQ(push(1), "");
  ASSERT_TRUE(pipeline_->start());
  EXPECT_EQ(push(2), "2 video/x-test");
}

TEST_F(DirectSourceTest, IsAnInletThatQueuesNothing) {
  EXPECT_EQ(Inlet(*pipeline_, "in").queued(), 0U);
}

TEST_F(DirectSourceTest, EndsItsPipelineWhenThatTakesNoMoreAndSaysNothing) {
  bool has_failed = false;
  pipeline_->on_failure([&](const Error&) { has_failed = true; });
  const auto sink = pipeline_->element("out");
  const auto pad = Ref<GstPad>::adopt(gst_element_get_static_pad(sink.get(), "sink"));
  gst_pad_add_probe(
      pad.get(), GST_PAD_PROBE_TYPE_BUFFER,
      [](GstPad*, GstPadProbeInfo* info, gpointer) {
        Ref<GstBuffer>::adopt(GST_PAD_PROBE_INFO_BUFFER(info));
        GST_PAD_PROBE_INFO_FLOW_RETURN(info) = GST_FLOW_ERROR;
        return GST_PAD_PROBE_HANDLED;
      },
      nullptr, nullptr);
  ASSERT_TRUE(pipeline_->start());
  EXPECT_EQ(push(1), "");
  EXPECT_TRUE(wait_until([&] { return has_failed; }));
}

GstPadProbeReturn count_unless_next_is_active(GstPad* pad, GstPadProbeInfo*, gpointer count) {
  const auto next = Ref<GstPad>::adopt(gst_pad_get_peer(pad));
  if (!gst_pad_is_active(next.get())) ++*static_cast<std::atomic<int>*>(count);
  return GST_PAD_PROBE_OK;
}

TEST(DirectSource, MayGoWhileSomebodyPushes) {
  Feed feed;
  std::atomic<int> into_what_has_stopped = 0;
  const std::jthread pusher([&](const std::stop_token& stop) {
    for (int i = 0; !stop.stop_requested(); ++i) feed.push(milliseconds(i));
  });
  for (int i = 0; i < 50; ++i) {
    auto pipeline =
        test::make_pipeline("directsrc name=in ! identity name=middle ! fakesink async=false");
    const auto middle = pipeline->element("middle");
    const auto pad = Ref<GstPad>::adopt(gst_element_get_static_pad(middle.get(), "src"));
    gst_pad_add_probe(pad.get(), GST_PAD_PROBE_TYPE_BUFFER, count_unless_next_is_active,
                      &into_what_has_stopped, nullptr);
    ASSERT_TRUE(pipeline->start());
    const Route route(feed.out(), Inlet(*pipeline, "in"), any_buffer);
    test::observe(milliseconds(2));
    pipeline.reset();
    test::observe(milliseconds(1));
  }
  EXPECT_EQ(into_what_has_stopped, 0);
}

}  // namespace
}  // namespace tessera::gst
