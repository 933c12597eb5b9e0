#include "gst/route.h"

#include <gmock/gmock.h>
#include <gst/video/video.h>

#include <atomic>
#include <thread>

#include "gst/feed.h"
#include "support/wait.h"

namespace tessera::gst {
namespace {

using std::chrono::milliseconds;
using test::Collector;
using test::Feed;
using test::Frame;
using test::wait_until;
using testing::ElementsAre;

constexpr auto any_buffer = Route::Media::any_buffer;
constexpr auto needs_keyframe = Route::Media::needs_keyframe;

// A feed, and a collector that gets all of it: what that has got, every route has decided upon, as
// the routes of an outlet are served in the order in which they were made.
class RouteTest : public testing::Test {
 protected:
  // The route that sees everything has to be the last.
  void watch() { all_ = std::make_unique<Route>(feed_.out(), watcher_.in(), any_buffer); }

  void feed(int at, Frame frame = Frame::key) {
    feed_.push(milliseconds(at), frame);
    ++fed_;
    ASSERT_TRUE(wait_until([&] { return watcher_.count() == fed_; })) << at;
  }

  Feed feed_;
  Collector collector_;
  Collector watcher_;
  std::unique_ptr<Route> all_;
  std::size_t fed_ = 0;
};

TEST_F(RouteTest, CarriesBuffersByReferenceWithTheirCaps) {
  const Route route(feed_.out(), collector_.in(), any_buffer);
  const auto buffer = Ref<GstBuffer>::adopt(gst_buffer_new_allocate(nullptr, 8, nullptr));
  GST_BUFFER_PTS(buffer.get()) = 0;
  const auto caps = Ref<GstCaps>::adopt(gst_caps_from_string("video/x-test, width=(int)320"));
  const auto sample =
      Ref<GstSample>::adopt(gst_sample_new(buffer.get(), caps.get(), nullptr, nullptr));
  feed_.push(sample.get());
  ASSERT_TRUE(wait_until([&] { return collector_.count() == 1; }));
  const auto arrived = collector_.last();
  EXPECT_TRUE(gst_caps_is_equal(gst_sample_get_caps(arrived.get()), caps.get()));
  EXPECT_EQ(gst_buffer_peek_memory(gst_sample_get_buffer(arrived.get()), 0),
            gst_buffer_peek_memory(buffer.get(), 0));
}

TEST_F(RouteTest, CarriesTheSameToSeveralInlets) {
  const Route route(feed_.out(), collector_.in(), any_buffer);
  watch();
  for (const int at : {0, 20, 40}) feed(at);
  EXPECT_THAT(watcher_.times(), ElementsAre(0, 20, 40));
  EXPECT_TRUE(wait_until([&] { return collector_.count() == 3; }));
  EXPECT_THAT(collector_.times(), ElementsAre(0, 20, 40));
}

TEST_F(RouteTest, CarriesNothingOnceItIsDestroyed) {
  auto route = std::make_unique<Route>(feed_.out(), collector_.in(), any_buffer);
  watch();
  feed(0);
  ASSERT_TRUE(wait_until([&] { return collector_.count() == 1; }));
  route.reset();
  feed(20);
  route = std::make_unique<Route>(feed_.out(), collector_.in(), any_buffer);
  feed_.push(milliseconds(40));
  ASSERT_TRUE(wait_until([&] { return collector_.count() == 2; }));
  EXPECT_THAT(collector_.times(), ElementsAre(0, 40));
}

TEST_F(RouteTest, OfAnyBufferBeginsWithTheNextOneWhateverItIs) {
  const Route route(feed_.out(), collector_.in(), any_buffer);
  watch();
  feed(0);
  feed(20, Frame::delta);
  ASSERT_TRUE(wait_until([&] { return collector_.count() == 2; }));
  EXPECT_EQ(feed_.keyframe_requests(), 0);
}

TEST_F(RouteTest, OfEncodedVideoBeginsAtAKeyframeAndAsksForItOnce) {
  const Route route(feed_.out(), collector_.in(), needs_keyframe);
  watch();
  EXPECT_EQ(feed_.keyframe_requests(), 0);
  for (const int at : {0, 20, 40}) feed(at, Frame::delta);
  EXPECT_EQ(feed_.keyframe_requests(), 1);
  feed(60, Frame::key);
  feed(80, Frame::delta);
  ASSERT_TRUE(wait_until([&] { return collector_.count() == 2; }));
  EXPECT_THAT(collector_.times(), ElementsAre(60, 80));
  EXPECT_EQ(feed_.keyframe_requests(), 1);
}

TEST_F(RouteTest, AsksAgainForAKeyframeThatDoesNotCome) {
  const Route route(feed_.out(), collector_.in(), needs_keyframe);
  watch();
  feed(0, Frame::delta);
  ASSERT_EQ(feed_.keyframe_requests(), 1);
  int at = 0;
  EXPECT_TRUE(wait_until([&] {
    feed(at += 20, Frame::delta);
    return feed_.keyframe_requests() == 2;
  }));
}

TEST_F(RouteTest, HandsKeyframeRequestsBackOverTheRouteAndToNobodyElse) {
  const Route route(feed_.out(), collector_.in(), needs_keyframe);
  std::atomic<int> reached_the_source = 0;
  const auto pad =
      Ref<GstPad>::adopt(gst_element_get_static_pad(GST_ELEMENT(collector_.in().get()), "src"));
  gst_pad_add_probe(
      pad.get(), GST_PAD_PROBE_TYPE_EVENT_UPSTREAM,
      [](GstPad*, GstPadProbeInfo* info, gpointer data) {
        if (gst_video_event_is_force_key_unit(GST_PAD_PROBE_INFO_EVENT(info))) {
          ++*static_cast<std::atomic<int>*>(data);
        }
        return GST_PAD_PROBE_OK;
      },
      &reached_the_source, nullptr);
  feed_.push(milliseconds(0));
  ASSERT_TRUE(wait_until([&] { return collector_.count() == 1; }));
  collector_.request_keyframe();
  EXPECT_EQ(feed_.keyframe_requests(), 1);
  collector_.request_keyframe();
  EXPECT_EQ(feed_.keyframe_requests(), 2);
  EXPECT_EQ(reached_the_source, 0);
}

TEST_F(RouteTest, HandsNothingBackOnceItIsDestroyed) {
  {
    const Route route(feed_.out(), collector_.in(), needs_keyframe);
  }
  collector_.request_keyframe();
  EXPECT_EQ(feed_.keyframe_requests(), 0);
}

TEST_F(RouteTest, DropsForASlowInletUntilItTakesBuffersAgainAndNeverBlocks) {
  const Route route(feed_.out(), collector_.in(), any_buffer);
  watch();
  collector_.block();
  int at = 0;
  for (; at < 2000; at += 20) feed(at);
  collector_.unblock();
  const auto time_behind = [&] { return collector_.times().back() + 20; };
  ASSERT_TRUE(wait_until([&] { return collector_.count() > 0 && time_behind() >= 500; }));
  feed(at);
  ASSERT_TRUE(wait_until([&] { return collector_.times().back() == at; }));
  const std::vector<int> times = collector_.times();
  EXPECT_NEAR(times[times.size() - 2], 500, 40);
}

TEST_F(RouteTest, DropsEncodedVideoForASlowInletUntilTheNextKeyframe) {
  const Route route(feed_.out(), collector_.in(), needs_keyframe);
  watch();
  feed(0, Frame::key);
  ASSERT_TRUE(wait_until([&] { return collector_.count() == 1; }));
  collector_.block();
  int at = 20;
  for (; at < 1000; at += 20) feed(at, Frame::delta);
  EXPECT_EQ(feed_.keyframe_requests(), 0);  // It would be dropped.
  feed(at, Frame::key);
  collector_.unblock();
  ASSERT_TRUE(wait_until([&] { return collector_.times().back() >= 480; }));
  const std::vector<int> before = collector_.times();
  EXPECT_NEAR(before.back(), 500, 40);
  for (std::size_t i = 1; i < before.size(); ++i) EXPECT_EQ(before[i] - before[i - 1], 20);

  feed(at += 20, Frame::delta);
  EXPECT_EQ(feed_.keyframe_requests(), 1);
  const int keyframe_at = at += 20;
  feed(keyframe_at, Frame::key);
  feed(at += 20, Frame::delta);
  ASSERT_TRUE(wait_until([&] { return collector_.times().back() == at; }));
  const std::vector<int> times = collector_.times();
  EXPECT_EQ(times[before.size()], keyframe_at);
}

TEST_F(RouteTest, LetsOneBadLineNotAskForEver) {
  const Route route(feed_.out(), collector_.in(), needs_keyframe);
  for (int i = 0; i < 100; ++i) collector_.request_keyframe();
  EXPECT_EQ(feed_.keyframe_requests(), 3);
  EXPECT_TRUE(wait_until([&] {
    collector_.request_keyframe();
    return feed_.keyframe_requests() == 4;
  }));
}

TEST_F(RouteTest, MayComeAndGoWhileBuffersPass) {
  watch();
  const std::jthread pusher([&](const std::stop_token& stop) {
    for (int at = 0; !stop.stop_requested(); at += 20) {
      feed_.push(milliseconds(at), at % 200 == 0 ? Frame::key : Frame::delta);
      std::this_thread::yield();
    }
  });
  for (int i = 0; i < 300; ++i) {
    const Route one(feed_.out(), collector_.in(), needs_keyframe);
    const Route other(feed_.out(), collector_.in(), any_buffer);
    collector_.request_keyframe();
  }
  const Route last(feed_.out(), collector_.in(), needs_keyframe);
  const std::size_t count = collector_.count();
  EXPECT_TRUE(wait_until([&] { return collector_.count() > count; }));
}

}  // namespace
}  // namespace tessera::gst
