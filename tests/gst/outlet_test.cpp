#include "gst/outlet.h"

#include <gmock/gmock.h>

#include <thread>

#include "gst/feed.h"
#include "gst/gate.h"
#include "gst/route.h"
#include "gst/runtime.h"
#include "support/sinks.h"
#include "support/wait.h"

namespace tessera::gst {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::Collector;
using test::Feed;
using test::wait_until;

constexpr Route::Media any_buffer = Route::Media::any_buffer;

TEST(Outlet, SaysHowLongItHasBeenSilent) {
  Feed feed;
  EXPECT_EQ(feed.out().silent_for(), std::nullopt);
  feed.push(milliseconds(0));
  ASSERT_TRUE(wait_until([&] { return feed.out().silent_for().has_value(); }));
  EXPECT_LT(*feed.out().silent_for(), seconds(5));
  EXPECT_TRUE(wait_until([&] { return *feed.out().silent_for() > milliseconds(50); }));
  feed.push(milliseconds(20));
  EXPECT_TRUE(wait_until([&] { return *feed.out().silent_for() < milliseconds(40); }));
}

TEST(Outlet, KeepsTheLatestForAsLongAsItIsTaken) {
  Feed feed;
  Collector collector;
  auto route = std::make_unique<Route>(feed.out(), collector.in(), any_buffer);
  feed.push(milliseconds(0));
  ASSERT_TRUE(wait_until([&] { return collector.count() == 1; }));
  EXPECT_FALSE(feed.out().last());
  feed.out().keep_last();
  const auto latest = [&] {
    const Ref<GstSample> last = feed.out().last();
    return last ? GST_BUFFER_PTS(gst_sample_get_buffer(last.get())) : GST_CLOCK_TIME_NONE;
  };
  for (const unsigned time : {20U, 40U}) {
    feed.push(milliseconds(time));
    EXPECT_TRUE(wait_until([&] { return latest() == time * GST_MSECOND; })) << time;
  }
  route.reset();
  EXPECT_FALSE(feed.out().last());
}

TEST(Outlet, PassesKeyframeRequestsOnUpstream) {
  Feed feed;
  feed.out().request_keyframe();
  EXPECT_EQ(feed.keyframe_requests(), 1);
}

TEST(Outlet, StampsBuffersWithTheirRunningTime) {
  Feed feed;
  Collector collector;
  const Route route(feed.out(), collector.in(), any_buffer);
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  segment.start = 1000 * 3600 * GST_SECOND;
  segment.time = 0;
  const auto buffer = Ref<GstBuffer>::adopt(gst_buffer_new_allocate(nullptr, 8, nullptr));
  GST_BUFFER_PTS(buffer.get()) = segment.start + 40 * GST_MSECOND;
  GST_BUFFER_DTS(buffer.get()) = segment.start + 20 * GST_MSECOND;
  const auto caps = Ref<GstCaps>::adopt(gst_caps_new_empty_simple("video/x-test"));
  const auto sample =
      Ref<GstSample>::adopt(gst_sample_new(buffer.get(), caps.get(), &segment, nullptr));
  feed.push(sample.get());
  ASSERT_TRUE(wait_until([&] { return collector.count() == 1; }));
  EXPECT_THAT(collector.times(), testing::ElementsAre(40));
  EXPECT_EQ(GST_BUFFER_PTS(buffer.get()), segment.start + 40 * GST_MSECOND);
}

TEST(Outlet, StampsLiveMediaWithTheSharedTime) {
  const test::Source source("videotestsrc is-live=true ! video/x-raw,framerate=30/1");
  Collector collector;
  const Route route(source.out(), collector.in(), any_buffer);
  ASSERT_TRUE(wait_until([&] { return collector.count() >= 3; }));
  const auto now = static_cast<int>(running_time() / GST_MSECOND);
  EXPECT_NEAR(collector.times().back(), now, 200);
}

// Callbacks go and come while buffers pass on another thread.
TEST(Outlet, MayGoAndComeWhileItsPipelineRuns) {
  Feed feed;
  const std::jthread pusher([&](const std::stop_token& stop) {
    for (int pushed = 0; !stop.stop_requested(); ++pushed) {
      feed.push(milliseconds(20) * pushed);
      std::this_thread::yield();
    }
  });
  for (int i = 0; i < 100; ++i) {
    feed.remove_outlet();
    feed.add_outlet();
    Collector collector;
    const Route route(feed.out(), collector.in(), any_buffer);
    ASSERT_TRUE(wait_until([&] { return collector.count() > 0; }));
  }
}

TEST(Outlet, MayGoBeforeItsRoutes) {
  Feed feed;
  Collector collector;
  const Route route(feed.out(), collector.in(), Route::Media::needs_keyframe);
  feed.remove_outlet();
  collector.request_keyframe();
  feed.push(milliseconds(0));
  feed.add_outlet();
  Collector other;
  const Route later(feed.out(), other.in(), any_buffer);
  feed.push(milliseconds(20));
  ASSERT_TRUE(wait_until([&] { return other.count() > 0; }));
  EXPECT_EQ(collector.count(), 0);
}

TEST(Outlet, MayTapWhatGoesOn) {
  Feed feed;
  auto tap = Outlet::tap(feed.pipeline(), "out");
  Collector end;
  Collector beside;
  const Route route(feed.out(), end.in(), any_buffer);
  const Route tapped(*tap, beside.in(), Route::Media::needs_keyframe);
  EXPECT_EQ(tap->silent_for(), std::nullopt);
  feed.push(milliseconds(0), test::Frame::delta);
  feed.push(milliseconds(20));
  EXPECT_TRUE(wait_until([&] { return end.count() == 2 && beside.count() == 1; }));
  EXPECT_THAT(beside.times(), testing::ElementsAre(20));
  EXPECT_TRUE(tap->silent_for().has_value());
  const int asked = feed.keyframe_requests();
  tap->request_keyframe();
  EXPECT_EQ(feed.keyframe_requests(), asked + 1);
  tap.reset();
  feed.push(milliseconds(40));
  EXPECT_TRUE(wait_until([&] { return end.count() == 3; }));
  EXPECT_EQ(beside.count(), 1U);
}

// A keyframe that one asks for serves all, and whoever makes it doesn't join requests.
TEST(Outlet, ATapAsksTwiceASecondAtMostHoweverManyTakeFromIt) {
  Feed feed;
  const auto tap = Outlet::tap(feed.pipeline(), "out");
  std::vector<Collector> takers(10);
  std::vector<std::unique_ptr<Route>> routes;
  for (Collector& taker : takers) {
    routes.push_back(std::make_unique<Route>(*tap, taker.in(), Route::Media::needs_keyframe));
  }
  const TimePoint began = Clock::now();
  feed.push(milliseconds(0), test::Frame::delta);
  ASSERT_TRUE(wait_until([&] { return feed.keyframe_requests() == 1; }));
  for (const Collector& taker : takers) taker.request_keyframe();
  feed.push(milliseconds(20), test::Frame::delta);
  int at = 20;
  EXPECT_TRUE(wait_until([&] {
    feed.push(milliseconds(at += 20), test::Frame::delta);
    return feed.keyframe_requests() == 2;
  }));
  EXPECT_GE(Clock::now() - began, milliseconds(500));
  feed.push(milliseconds(at += 20));
  for (const Collector& taker : takers) {
    EXPECT_TRUE(wait_until([&] { return taker.count() == 1; }));
  }
}

// The keyframe that another asked for has gone by already.
TEST(Outlet, ATapOwesTheKeyframeItCouldNotAskFor) {
  Feed feed;
  const auto tap = Outlet::tap(feed.pipeline(), "out");
  Collector taker;
  const Route route(*tap, taker.in(), Route::Media::needs_keyframe);
  tap->request_keyframe();
  feed.push(milliseconds(0));
  ASSERT_TRUE(wait_until([&] { return taker.count() == 1; }));
  const int asked = feed.keyframe_requests();
  taker.request_keyframe();
  EXPECT_EQ(feed.keyframe_requests(), asked);
  EXPECT_TRUE(wait_until([&, at = 0]() mutable {
    feed.push(milliseconds(at += 20), test::Frame::delta);
    return feed.keyframe_requests() == asked + 1;
  }));
}

// As for a client whose picture somebody is sent, but which isn't shown.
TEST(Outlet, MayTapWhatIsDroppedBehindIt) {
  Feed feed;
  const auto tap = Outlet::tap(feed.pipeline(), "out");
  const Gate closed(feed.pipeline(), "out", "sink");
  Collector end;
  Collector beside;
  const Route route(feed.out(), end.in(), any_buffer);
  const Route tapped(*tap, beside.in(), any_buffer);
  feed.push(milliseconds(0));
  EXPECT_TRUE(wait_until([&] { return beside.count() == 1; }));
  EXPECT_EQ(end.count(), 0U);
}

TEST(Inlet, MayBeHeldLongerThanItsPipeline) {
  Feed feed;
  auto collector = std::make_unique<Collector>();
  const Inlet inlet = collector->in();
  const Route route(feed.out(), inlet, Route::Media::needs_keyframe);
  collector.reset();
  ASSERT_TRUE(wait_for_workers(seconds(5)));
  Collector other;
  const Route second(feed.out(), other.in(), any_buffer);
  feed.push(milliseconds(0));
  EXPECT_TRUE(wait_until([&] { return other.count() == 1; }));
}

}  // namespace
}  // namespace tessera::gst
