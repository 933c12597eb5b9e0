#include "pipelines_alone.h"

#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <gst/base/gstbasesrc.h>

#include <algorithm>
#include <ctime>
#include <mutex>
#include <thread>
#include <utility>

#include "gst/inlet.h"
#include "gst/outlet.h"
#include "gst/runtime.h"
#include "support/wait.h"

namespace tessera::bench {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr auto longest_wait = 120s;  // For the slowest encoder under the sanitizers.

double cpu_seconds() {
  timespec used = {};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

std::vector<gst::Ref<GstElement>> elements_of(const gst::Pipeline& pipeline) {
  std::vector<gst::Ref<GstElement>> elements;
  const std::unique_ptr<GstIterator, FreeWith<gst_iterator_free>> each(
      gst_bin_iterate_recurse(GST_BIN(pipeline.get())));
  const auto add = [](const GValue* value, gpointer all) {
    static_cast<std::vector<gst::Ref<GstElement>>*>(all)->push_back(
        gst::Ref<GstElement>::share(GST_ELEMENT(g_value_get_object(value))));
  };
  gst_iterator_foreach(each.get(), add, &elements);
  return elements;
}

std::string name_of(const gst::Ref<GstElement>& element) {
  return CString(gst_element_get_name(element.get())).get();
}

// Sees what arrives at an outlet, on its streaming thread.
class Watch {
 public:
  Watch(const gst::Pipeline& pipeline, const std::string& outlet, GstClockTime began,
        const Passing& passing)
      : seen_(std::make_shared<Seen>()) {
    seen_->began = static_cast<GstClockTimeDiff>(began);
    seen_->passing = passing;
    pad_ =
        gst::Ref<GstPad>::adopt(gst_element_get_static_pad(pipeline.element(outlet).get(), "sink"));
    probe_ = gst_pad_add_probe(
        pad_.get(),
        static_cast<GstPadProbeType>(GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST |
                                     GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM),
        look, new std::shared_ptr<Seen>(seen_),
        [](gpointer data) { delete static_cast<std::shared_ptr<Seen>*>(data); });
  }
  ~Watch() { gst_pad_remove_probe(pad_.get(), probe_); }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  bool has_ended() const {
    const std::lock_guard lock(seen_->mutex);
    return seen_->has_ended;
  }
  std::vector<Left> take() {
    const std::lock_guard lock(seen_->mutex);
    return std::exchange(seen_->left, {});
  }

 private:
  struct Seen {
    mutable std::mutex mutex;
    std::vector<Left> left;
    bool has_ended = false;
    GstClockTimeDiff began = 0;
    Passing passing;
  };

  static GstPadProbeReturn look(GstPad* pad, GstPadProbeInfo* info, gpointer data) {
    Seen& seen = **static_cast<std::shared_ptr<Seen>*>(data);
    const std::lock_guard lock(seen.mutex);
    if ((GST_PAD_PROBE_INFO_TYPE(info) & GST_PAD_PROBE_TYPE_BUFFER_LIST) != 0) {
      GstBufferList* list = GST_PAD_PROBE_INFO_BUFFER_LIST(info);
      for (guint i = 0; i < gst_buffer_list_length(list); ++i) {
        note(pad, gst_buffer_list_get(list, i), seen);
      }
    } else if ((GST_PAD_PROBE_INFO_TYPE(info) & GST_PAD_PROBE_TYPE_BUFFER) != 0) {
      note(pad, GST_PAD_PROBE_INFO_BUFFER(info), seen);
    } else if (GST_EVENT_TYPE(GST_PAD_PROBE_INFO_EVENT(info)) == GST_EVENT_EOS) {
      seen.has_ended = true;
    }
    return GST_PAD_PROBE_OK;
  }

  static void note(GstPad* pad, GstBuffer* buffer, Seen& seen) {
    const auto event =
        gst::Ref<GstEvent>::adopt(gst_pad_get_sticky_event(pad, GST_EVENT_SEGMENT, 0));
    const GstSegment* segment = nullptr;
    gst_event_parse_segment(event.get(), &segment);
    const auto time = static_cast<GstClockTimeDiff>(
        gst_segment_to_running_time(segment, GST_FORMAT_TIME, GST_BUFFER_PTS(buffer)));
    Left left{nanoseconds(time - seen.began), Clock::now(), {}, std::nullopt};
    if (seen.passing.keep) {
      const auto caps = gst::Ref<GstCaps>::adopt(gst_pad_get_current_caps(pad));
      left.sample =
          gst::Ref<GstSample>::adopt(gst_sample_new(buffer, caps.get(), nullptr, nullptr));
    }
    if (seen.passing.read) left.number = seen.passing.read(buffer);
    seen.left.push_back(std::move(left));
  }

  gst::Ref<GstPad> pad_;
  gulong probe_ = 0;
  std::shared_ptr<Seen> seen_;
};

// A buffer ready to be pushed.
struct Push {
  std::size_t inlet = 0;
  nanoseconds time{};
  gst::Ref<GstBuffer> buffer;
};

std::vector<Push> pushes_of(const std::vector<Entering>& entering, GstClockTime began) {
  std::vector<Push> pushes;
  for (std::size_t inlet = 0; inlet < entering.size(); ++inlet) {
    for (const auto& sample : entering[inlet].media) {
      auto buffer =
          gst::Ref<GstBuffer>::adopt(gst_buffer_copy(gst_sample_get_buffer(sample.get())));
      const nanoseconds time = nanoseconds(GST_BUFFER_PTS(buffer.get())) + entering[inlet].delay;
      GST_BUFFER_PTS(buffer.get()) = began + static_cast<GstClockTime>(time.count());
      GST_BUFFER_DTS(buffer.get()) = GST_CLOCK_TIME_NONE;
      pushes.push_back({inlet, time, std::move(buffer)});
    }
  }
  std::ranges::stable_sort(pushes, {}, &Push::time);
  return pushes;
}

// The control thread's tasks, one of which tells a mixer its latency, run meanwhile.
void run_until(TimePoint time) {
  while (Clock::now() < time) {
    while (g_main_context_iteration(nullptr, FALSE) != FALSE) {
    }
    std::this_thread::sleep_until(std::min(time, Clock::now() + 10ms));
  }
}

using Watches = std::map<std::string, std::unique_ptr<Watch>>;

// False if the end doesn't come to every outlet, nor a failure.
bool end_streams(const std::vector<gst::Inlet>& inlets, const Watches& watches,
                 const bool& has_failed) {
  for (const gst::Inlet& inlet : inlets) gst_app_src_end_of_stream(GST_APP_SRC(inlet.get()));
  const auto has_ended = [&] {
    return std::ranges::all_of(watches, [](const auto& one) { return one.second->has_ended(); });
  };
  return test::wait_until([&] { return has_failed || has_ended(); }, longest_wait);
}

}  // namespace

Result<Alone> start_alone(const std::string& name, const std::string& text,
                          const std::function<void(gst::Pipeline&)>& set) {
  struct Owner {
    std::unique_ptr<gst::Pipeline> pipeline;
    std::vector<std::unique_ptr<gst::Outlet>> outlets;
  };
  auto created = gst::Pipeline::create(name, text);
  if (!created) return created.error();
  const auto owner = std::make_shared<Owner>();
  owner->pipeline = std::move(*created);
  Alone alone{owner->pipeline.get(), {}, owner};
  if (set) set(*alone.pipeline);
  for (const auto& element : elements_of(*alone.pipeline)) {
    if (!GST_IS_APP_SINK(element.get())) continue;
    alone.outlets.push_back(name_of(element));
    owner->outlets.push_back(std::make_unique<gst::Outlet>(*alone.pipeline, name_of(element)));
  }
  if (alone.outlets.empty()) return Error{"pipeline_invalid", name + ": there is no appsink"};
  if (const auto started = alone.pipeline->start(); !started) return started.error();
  return alone;
}

bool keeps_own_time(const gst::Pipeline& pipeline) {
  return std::ranges::any_of(elements_of(pipeline), [](const auto& element) {
    return GST_IS_BASE_SRC(element.get()) && !GST_IS_APP_SRC(element.get()) &&
           gst_base_src_is_live(GST_BASE_SRC(element.get()));
  });
}

std::map<std::string, gst::Ref<GstCaps>> inlets_with_caps(const gst::Pipeline& pipeline) {
  std::map<std::string, gst::Ref<GstCaps>> inlets;
  for (const auto& element : elements_of(pipeline)) {
    if (!GST_IS_APP_SRC(element.get())) continue;
    auto caps = gst::Ref<GstCaps>::adopt(gst_app_src_get_caps(GST_APP_SRC(element.get())));
    if (caps) inlets[name_of(element)] = std::move(caps);
  }
  return inlets;
}

Result<Passed> pass(const Alone& alone, const std::vector<Entering>& entering,
                    const Passing& passing) {
  bool has_failed = false;
  alone.pipeline->on_failure([&](const Error&) { has_failed = true; });
  Passed passed;
  std::vector<gst::Inlet> inlets;
  for (const Entering& one : entering) {
    inlets.emplace_back(*alone.pipeline, one.inlet);
    if (one.media.empty()) return Error{"media_failure", "there is nothing to feed it with"};
    gst_app_src_set_caps(GST_APP_SRC(inlets.back().get()),
                         gst_sample_get_caps(one.media.front().get()));
  }
  // A little in the future, as making the buffers ready takes its time.
  constexpr auto lead = 100ms;
  const GstClockTime began = gst::running_time() + nanoseconds(lead).count();
  const TimePoint began_at = Clock::now() + lead;
  std::vector<Push> pushes = pushes_of(entering, began);
  Watches watches;
  for (const std::string& outlet : alone.outlets) {
    watches[outlet] = std::make_unique<Watch>(*alone.pipeline, outlet, began, passing);
  }

  const bool is_real = passing.pace != Pace::as_taken;
  if (is_real) run_until(began_at);
  const double cpu_before = cpu_seconds();
  for (Push& push : pushes) {
    if (is_real) run_until(began_at + push.time);
    passed.entered[entering[push.inlet].inlet].push_back({push.time, Clock::now()});
    gst_app_src_push_buffer(GST_APP_SRC(inlets[push.inlet].get()), push.buffer.release());
  }
  if (is_real) run_until(began_at + passing.length);
  if (passing.pace != Pace::endless && !end_streams(inlets, watches, has_failed)) {
    return Error{"media_failure", "the stream doesn't end"};
  }
  passed.cpu_seconds = cpu_seconds() - cpu_before;
  alone.pipeline->on_failure({});
  if (has_failed) return Error{"media_failure", "the pipeline fails"};
  for (const auto& [outlet, watch] : watches) passed.left[outlet] = watch->take();
  return passed;
}

Media media_of(const std::vector<Left>& left) {
  Media media;
  for (const Left& one : left) {
    if (one.sample) media.push_back(at_time(one.sample, one.time));
  }
  return media;
}

Result<Media> through(const std::string& stages, const Media& media) {
  const auto alone = start_alone("stages", "appsrc name=in is-live=true format=time ! " + stages +
                                               " ! appsink name=out sync=false async=false");
  if (!alone) return alone.error();
  auto passed = pass(*alone, {{"in", media}}, {.keep = true});
  if (!passed) return Error{passed.error().code, stages + ": " + passed.error().message};
  return media_of(passed->left["out"]);
}

}  // namespace tessera::bench
