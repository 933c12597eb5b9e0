#include "gst/pipeline.h"

#include <gmock/gmock.h>

#include <atomic>
#include <future>
#include <optional>
#include <thread>

#include "base/units.h"
#include "gst/runtime.h"
#include "gst/secrets.h"
#include "support/sinks.h"
#include "support/wait.h"

namespace tessera::gst {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::make_pipeline;
using test::wait_until;
using testing::HasSubstr;

// Fails a moment after its start, with two errors: the element's, and the source's that can't go
// on.
constexpr const char* failing = "videotestsrc is-live=true ! identity error-after=2 ! fakesink";

GstState state_of(const Pipeline& pipeline) {
  GstState state = GST_STATE_VOID_PENDING;
  gst_element_get_state(pipeline.get(), &state, nullptr, 0);
  return state;
}

TEST(Pipeline, Starts) {
  const auto pipeline = make_pipeline("videotestsrc is-live=true ! fakesink async=false");
  ASSERT_TRUE(pipeline->start());
  EXPECT_TRUE(wait_until([&] { return state_of(*pipeline) == GST_STATE_PLAYING; }));
}

TEST(Pipeline, OfASingleElementIsAPipelineToo) {
  const auto pipeline = make_pipeline("fakesink name=only async=false");
  EXPECT_TRUE(GST_IS_PIPELINE(pipeline->get()));
  EXPECT_TRUE(pipeline->element("only"));
  EXPECT_TRUE(pipeline->start());
}

struct Broken {
  const char* name;
  const char* text;
  const char* says;
};

class BrokenPipelineTest : public testing::TestWithParam<Broken> {};

TEST_P(BrokenPipelineTest, IsRefusedWithItsNameAndTheFault) {
  const auto pipeline = Pipeline::create("the-name", GetParam().text);
  ASSERT_FALSE(pipeline);
  EXPECT_EQ(pipeline.error().code, "pipeline_invalid");
  EXPECT_THAT(pipeline.error().message, HasSubstr("the-name"));
  EXPECT_THAT(pipeline.error().message, HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    Pipeline, BrokenPipelineTest,
    testing::Values(Broken{"unknown_element", "nosuchelement ! fakesink", "nosuchelement"},
                    Broken{"unknown_property", "fakesrc loudness=11 ! fakesink", "loudness"},
                    Broken{"unlinkable", "audiotestsrc ! vp8enc ! fakesink", "link"},
                    Broken{"nonsense", "! !", ""}, Broken{"nothing", "", ""}),
    [](const auto& test) { return test.param.name; });

TEST(Pipeline, SetsPropertiesOfNamedElements) {
  const auto pipeline =
      make_pipeline("fakesrc name=source ! capsfilter name=filter ! fakesink name=sink");
  pipeline->set("source", "num-buffers", 7);
  pipeline->set_text("source", "sizetype", "fixed");
  pipeline->set_text("filter", "caps", "video/x-raw,width=320");
  int count = 0;
  int size_type = 0;
  GstCaps* caps = nullptr;
  g_object_get(pipeline->element("source").get(), "num-buffers", &count, "sizetype", &size_type,
               nullptr);
  g_object_get(pipeline->element("filter").get(), "caps", &caps, nullptr);
  EXPECT_EQ(count, 7);
  EXPECT_EQ(size_type, 2);
  EXPECT_STREQ(CString(gst_caps_to_string(Ref<GstCaps>::adopt(caps).get())).get(),
               "video/x-raw, width=(int)320");
}

TEST(Pipeline, RunsOnTheSharedClockAndBaseTime) {
  for (int i = 0; i < 2; ++i) {
    const auto pipeline = make_pipeline("videotestsrc is-live=true ! fakesink async=false");
    ASSERT_TRUE(pipeline->start());
    ASSERT_TRUE(wait_until([&] { return state_of(*pipeline) == GST_STATE_PLAYING; }));
    EXPECT_EQ(GST_ELEMENT_CLOCK(pipeline->get()), shared_clock());
    EXPECT_EQ(gst_element_get_base_time(pipeline->get()), shared_base_time());
  }
}

TEST(Pipeline, SaysAtOnceThatItDoesNotStartAndNotAgainLater) {
  const auto pipeline = make_pipeline("filesrc location=/nonexistent ! fakesink");
  int failures = 0;
  pipeline->on_failure([&](const Error&) { ++failures; });
  const Result<void> started = pipeline->start();
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, "media_failure");
  bool have_run = false;
  post([&] { have_run = true; });
  ASSERT_TRUE(wait_until([&] { return have_run; }));
  EXPECT_EQ(failures, 0);
}

TEST(Pipeline, ReportsAFailureOnceAndOnTheControlThread) {
  const auto pipeline = make_pipeline(failing);
  std::vector<Error> failures;
  std::thread::id reported_on;
  pipeline->on_failure([&](const Error& error) {
    failures.push_back(error);
    reported_on = std::this_thread::get_id();
  });
  ASSERT_TRUE(pipeline->start());
  ASSERT_TRUE(wait_until([&] { return !failures.empty(); }));
  EXPECT_EQ(failures.front().code, "media_failure");
  EXPECT_EQ(reported_on, std::this_thread::get_id());
  // One error more, though the first may have been the last of its own.
  gst_element_post_message(
      pipeline->get(),
      gst_message_new_error(GST_OBJECT(pipeline->get()),
                            GErrorPtr(g_error_new(GST_CORE_ERROR, 1, "again")).get(), nullptr));
  bool have_run = false;
  post([&] { have_run = true; });
  ASSERT_TRUE(wait_until([&] { return have_run; }));
  EXPECT_EQ(failures.size(), 1);
}

TEST(Pipeline, LogsNoSecretWhenItFails) {
  keep_secret("the-secret");
  const auto pipeline = make_pipeline("filesrc location=/nonexistent/the-secret ! fakesink");
  testing::internal::CaptureStderr();
  EXPECT_FALSE(pipeline->start());
  const std::string said = testing::internal::GetCapturedStderr();
  EXPECT_THAT(said, HasSubstr("/nonexistent/…"));
  EXPECT_THAT(said, testing::Not(HasSubstr("the-secret")));
}

TEST(Pipeline, MayBeDestroyedWhenItReportsAFailure) {
  auto pipeline = make_pipeline(failing);
  bool is_reported = false;
  pipeline->on_failure([&](const Error&) {
    pipeline.reset();
    is_reported = true;
  });
  ASSERT_TRUE(pipeline->start());
  EXPECT_TRUE(wait_until([&] { return is_reported; }));
  EXPECT_TRUE(wait_for_workers(seconds(5)));
}

TEST(Pipeline, ReportsNothingOnceItIsDestroyed) {
  auto pipeline = make_pipeline("fakesink async=false");
  int failures = 0;
  pipeline->on_failure([&](const Error&) { ++failures; });
  ASSERT_TRUE(pipeline->start());
  gst_element_post_message(
      pipeline->get(),
      gst_message_new_error(GST_OBJECT(pipeline->get()),
                            GErrorPtr(g_error_new(GST_CORE_ERROR, 1, "late")).get(), nullptr));
  pipeline.reset();
  EXPECT_TRUE(wait_for_workers(seconds(5)));
  EXPECT_EQ(failures, 0);
}

// A streaming thread that is held up for two seconds, or until the test lets it go.
TEST(Pipeline, IsDestroyedWithoutWaitingForItsStreamingThreads) {
  auto pipeline = make_pipeline("videotestsrc is-live=true ! fakesink name=sink async=false");
  struct HoldUp {
    std::promise<void> entered;
    std::promise<void> let_go;
    std::shared_future<void> is_let_go = let_go.get_future().share();
    std::atomic<bool> has_entered = false;
  };
  const auto hold_up = std::make_unique<HoldUp>();
  {
    const auto sink = pipeline->element("sink");
    const auto pad = Ref<GstPad>::adopt(gst_element_get_static_pad(sink.get(), "sink"));
    gst_pad_add_probe(
        pad.get(), GST_PAD_PROBE_TYPE_BUFFER,
        [](GstPad*, GstPadProbeInfo*, gpointer data) {
          auto* here = static_cast<HoldUp*>(data);
          if (!here->has_entered.exchange(true)) here->entered.set_value();
          here->is_let_go.wait_for(seconds(2));
          return GST_PAD_PROBE_OK;
        },
        hold_up.get(), nullptr);
  }
  ASSERT_TRUE(pipeline->start());
  ASSERT_EQ(hold_up->entered.get_future().wait_for(seconds(5)), std::future_status::ready);
  const TimePoint before = Clock::now();
  pipeline.reset();
  EXPECT_LT(Clock::now() - before, milliseconds(500));
  EXPECT_FALSE(wait_for_workers(milliseconds(20)));
  hold_up->let_go.set_value();
  EXPECT_TRUE(wait_for_workers(seconds(5)));
}

TEST(Pipeline, StaysStoppedIfItIsStartedElsewhereAfterItsEnd) {
  const auto pipeline = make_pipeline("videotestsrc is-live=true ! fakesink async=false");
  const auto element = Ref<GstElement>::share(pipeline->get());
  const auto start = pipeline->start_elsewhere();
  const Task stop = pipeline->end();
  stop();
  EXPECT_TRUE(start());
  EXPECT_EQ(GST_STATE(element.get()), GST_STATE_NULL);
}

// Whose stop may then be over before the start is.
TEST(Pipeline, IsStoppedByAStartElsewhereDuringWhichItEnds) {
  struct Ending {
    std::unique_ptr<Pipeline> pipeline;
    Task stop;
  } ending{make_pipeline("videotestsrc is-live=true ! fakesink name=sink async=false"), {}};
  const auto element = Ref<GstElement>::share(ending.pipeline->get());
  const auto sink = ending.pipeline->element("sink");
  const auto pad = Ref<GstPad>::adopt(gst_element_get_static_pad(sink.get(), "sink"));
  gst_pad_set_activate_function_full(
      pad.get(),
      [](GstPad* activated, GstObject*) {
        auto& here = *static_cast<Ending*>(activated->activatedata);
        if (!here.stop) here.stop = here.pipeline->end();
        return gst_pad_activate_mode(activated, GST_PAD_MODE_PUSH, TRUE);
      },
      &ending, nullptr);
  EXPECT_TRUE(ending.pipeline->start_elsewhere()());
  EXPECT_TRUE(ending.stop);
  EXPECT_EQ(GST_STATE(element.get()), GST_STATE_NULL);
  ending.stop();
}

// Each of its messages holds the element that posted it, so one that is forgotten keeps them all.
TEST(Pipeline, LeavesNothingBehind) {
  GWeakRef bin;
  GWeakRef source;
  {
    const auto pipeline =
        make_pipeline("videotestsrc name=source is-live=true ! fakesink async=false");
    g_weak_ref_init(&bin, pipeline->get());
    g_weak_ref_init(&source, pipeline->element("source").get());
    ASSERT_TRUE(pipeline->start());
    ASSERT_TRUE(wait_until([&] { return state_of(*pipeline) == GST_STATE_PLAYING; }));
  }
  ASSERT_TRUE(wait_for_workers(seconds(5)));
  for (GWeakRef* weak : {&bin, &source}) {
    EXPECT_FALSE(Ref<GObject>::adopt(G_OBJECT(g_weak_ref_get(weak))));
    g_weak_ref_clear(weak);
  }
}

}  // namespace
}  // namespace tessera::gst
