#include "ingest/playback.h"

#include <algorithm>
#include <array>
#include <utility>

#include "gst/pads.h"
#include "gst/raw_video.h"
#include "gst/runtime.h"
#include "ingest/element_guard.h"
#include "ingest/fault.h"
#include "ingest/sound_limit.h"

namespace tessera::ingest {
namespace {

using std::chrono::milliseconds;

// A callback may destroy the playback, and with it the function that is being called: each is
// copied before its call, which is the last thing that is done.

// How long a branch is waited for once the other has something. A stream may announce sound and
// never send any.
constexpr auto longest_gathering = milliseconds(1500);

// From a buffer's release to its leaving: enough for the slower branch to be there in time. A live
// source's media come as unevenly as its network is.
constexpr GstClockTime lead = 40 * GST_MSECOND;
constexpr GstClockTime live_lead = 300 * GST_MSECOND;

// Media that nobody takes: on an unlinked pad it could end the whole pipeline.
void drop_all(GstPad* pad) {
  gst_pad_add_probe(
      pad, gst::buffers_and_lists,
      [](GstPad*, GstPadProbeInfo*, gpointer) { return GST_PAD_PROBE_DROP; }, nullptr, nullptr);
}

bool is_of(GstPad* pad, const char* media) {
  auto caps = gst::Ref<GstCaps>::adopt(gst_pad_get_current_caps(pad));
  if (!caps) caps = gst::Ref<GstCaps>::adopt(gst_pad_query_caps(pad, nullptr));
  return !gst_caps_is_empty(caps.get()) && !gst_caps_is_any(caps.get()) &&
         gst_structure_has_name(gst_caps_get_structure(caps.get(), 0), media);
}

std::optional<Duration> duration_of(GstElement* pipeline) {
  gint64 duration = 0;
  if (!gst_element_query_duration(pipeline, GST_FORMAT_TIME, &duration) || duration <= 0) {
    return std::nullopt;
  }
  return std::chrono::duration_cast<Duration>(std::chrono::nanoseconds(duration));
}

bool can_seek(GstElement* pipeline) {
  GstQuery* query = gst_query_new_seeking(GST_FORMAT_TIME);
  gboolean seekable = FALSE;
  if (gst_element_query(pipeline, query)) {
    gst_query_parse_seeking(query, nullptr, &seekable, nullptr, nullptr);
  }
  gst_query_unref(query);
  return seekable != FALSE;
}

}  // namespace

Result<std::unique_ptr<Playback>> Playback::open(const std::string& name, const Source& source,
                                                 const gst::Descriptions& descriptions,
                                                 const Options& options, Callbacks callbacks) {
  const bool is_file = source.kind == Source::Kind::file;
  auto pipeline = gst::Pipeline::create(
      name, descriptions.text(is_file ? "open-file" : "open-address") + descriptions.text("play"));
  if (!pipeline) return pipeline.error();
  (*pipeline)->set(is_file ? "file" : "source", is_file ? "location" : "uri", source.uri.c_str());
  (*pipeline)->set("fit_video", "crop", gboolean{options.crop_to_tile});
  limit_sound((*pipeline)->element("volume").get());
  // What leaves is stamped with the time at which it leaves, so nothing is added to that.
  gst_pipeline_set_latency(GST_PIPELINE((*pipeline)->get()), 0);
  std::unique_ptr<Playback> playback(
      new Playback(std::move(*pipeline), source, std::move(callbacks)));
  playback->watch_errors();
  playback->connect_signals(source, options.largest_picture);
  playback->start();
  return playback;
}

Playback::Playback(std::unique_ptr<gst::Pipeline> pipeline, const Source& source,
                   Callbacks callbacks)
    : callbacks_(std::move(callbacks)),
      is_live_(source.is_live()),
      pipeline_(std::move(pipeline)),
      video_branch_(std::make_shared<Branch>(
          *pipeline_, "video", is_live_ ? Branch::Holding::drops : Branch::Holding::waits,
          look_soon())),
      audio_branch_(std::make_shared<Branch>(
          *pipeline_, "audio", is_live_ ? Branch::Holding::drops : Branch::Holding::waits,
          look_soon())),
      frame_rate_limit_(*pipeline_, "take_video", "sink"),
      video_(*pipeline_, "video"),
      audio_(*pipeline_, "audio") {}

void Playback::watch_errors() {
  pipeline_->keep_errors_private([this, owner = anchor_.handle()](GstMessage* message) {
    owner.post([this, error = fault_from(message)] { fail(error); });
  });
}

void Playback::connect_signals(const Source& source, Resolution largest) {
  const Anchor::Handle owner = anchor_.handle();
  signals_ = guard_elements(*pipeline_, source, largest, [this, owner](const std::string& why) {
    owner.post([this, why] { fail({"source_failed", why}); });
  });
  const auto decoder = pipeline_->element("source");
  signals_.push_back(Signal::connect<void(GstPad*)>(
      decoder.get(), "pad-added", [video = video_branch_, audio = audio_branch_](GstPad* pad) {
        const bool is_taken = is_of(pad, "video/x-raw")   ? video->link(pad)
                              : is_of(pad, "audio/x-raw") ? audio->link(pad)
                                                          : false;
        if (!is_taken) drop_all(pad);
      }));
  signals_.push_back(Signal::connect<void()>(decoder.get(), "no-more-pads", [this, owner] {
    owner.post([this] {
      are_pads_known_ = true;
      look();
    });
  }));
}

// Opening a source may take as long as a network does.
void Playback::start() {
  run_on_worker([this, owner = anchor_.handle(), start = pipeline_->start_elsewhere()] {
    if (start()) return;
    // The reason, if there is one, comes as a message before this.
    owner.post([this] { fail({"source_failed", "The source can't be opened."}); });
  });
}

// Whatever changes meanwhile is looked at at once.
std::function<void()> Playback::look_soon() {
  return [this, owner = anchor_.handle(), due = look_is_due_] {
    if (due->exchange(true)) return;
    owner.post([this, due] {
      *due = false;
      look();
    });
  };
}

template <typename Test>
bool Playback::all_linked(Test test) const {
  return std::ranges::all_of(
      std::array{video_branch_.get(), audio_branch_.get()},
      [&](const Branch* branch) { return !branch->is_linked() || test(*branch); });
}

void Playback::look() {
  if (has_failed_ || is_seeking_ || is_learning_) return;
  const bool is_linked = video_branch_->is_linked() || audio_branch_->is_linked();
  if (are_pads_known_ && !is_linked) {
    return fail({"source_failed", "The source has neither pictures nor sound that can be played."});
  }
  if (!is_linked) return;
  if (is_held_) {
    look_at_held();
  } else {
    look_at_released();
  }
}

// What a source is, is learnt even while it is paused; only the release waits.
void Playback::look_at_held() {
  if (is_paused_ && has_started_) return;
  const bool has_some = video_branch_->next() || audio_branch_->next();
  const bool has_all = are_pads_known_ && all_linked([](const Branch& branch) {
                         return branch.next() || branch.has_ended();
                       });
  if (has_all) {
    gathering_timer_.stop();
    return take_held();
  }
  if (!has_some || gathering_timer_.is_running()) return;
  gathering_timer_.start_once(longest_gathering, [this] {
    if (is_held_ && !is_seeking_) take_held();
  });
}

void Playback::take_held() {
  if (!has_started_) return learn_facts();
  release();
}

void Playback::look_at_released() {
  const bool ended = all_linked([](const Branch& branch) { return branch.has_ended(); });
  if (ended && !std::exchange(has_ended_, true)) {
    const auto tell = callbacks_.ended;
    return tell();
  }
  if (video_branch_->is_late() || audio_branch_->is_late()) hold();
}

// A query may wait for a source that is busy.
void Playback::learn_facts() {
  is_learning_ = true;
  run_on_worker(
      [this, owner = anchor_.handle(), pipeline = gst::Ref<GstElement>::share(pipeline_->get())] {
        SourceFacts facts;
        facts.duration = duration_of(pipeline.get());
        facts.can_seek = can_seek(pipeline.get());
        owner.post([this, facts]() mutable {
          is_learning_ = false;
          has_started_ = true;
          if (has_failed_) return;
          facts.has_video = video_branch_->is_linked();
          facts.has_audio = audio_branch_->is_linked();
          facts.can_seek = facts.can_seek && !is_live_;
          if (is_live_) facts.duration.reset();
          if (!is_paused_ && !wanted_position_) release();
          if (wanted_position_) begin_seek();
          const auto tell = callbacks_.started;
          tell(facts);
        });
      });
}

void Playback::release() {
  const auto first = std::min(video_branch_->next().value_or(GST_CLOCK_TIME_NONE),
                              audio_branch_->next().value_or(GST_CLOCK_TIME_NONE));
  is_held_ = false;
  if (GST_CLOCK_TIME_IS_VALID(first)) {
    const auto offset =
        static_cast<GstClockTimeDiff>(gst::running_time() + (is_live_ ? live_lead : lead)) -
        static_cast<GstClockTimeDiff>(first);
    video_branch_->release(offset);
    audio_branch_->release(offset);
  }
  look_soon()();
}

void Playback::hold() {
  is_held_ = true;
  video_branch_->hold();
  audio_branch_->hold();
  look_soon()();
}

void Playback::pause() {
  if (std::exchange(is_paused_, true)) return;
  gathering_timer_.stop();
  hold();
}

// A live source's media of before count for nothing.
void Playback::resume() {
  if (!std::exchange(is_paused_, false)) return;
  if (is_live_) hold();
  look();
}

void Playback::seek(Duration position) {
  wanted_position_ = last_seek_ = position;
  has_ended_ = false;
  if (!has_started_ || is_seeking_ || has_failed_) return;
  begin_seek();
}

// One branch tells the source; its flush empties both.
void Playback::begin_seek() {
  is_seeking_ = true;
  gathering_timer_.stop();
  hold();
  const Duration position = *std::exchange(wanted_position_, std::nullopt);
  const auto sink = pipeline_->element(video_branch_->is_linked() ? "video" : "audio");
  run_on_worker([this, sink, position, owner = anchor_.handle()] {
    const bool done = gst_element_seek_simple(
        sink.get(), GST_FORMAT_TIME, GstSeekFlags(GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_ACCURATE),
        std::chrono::nanoseconds(position).count());
    owner.post([this, done] {
      is_seeking_ = false;
      if (!done) return fail({"source_failed", "The source can't go to that place."});
      if (wanted_position_) return begin_seek();
      look();
    });
  });
}

Duration Playback::position() const {
  const auto video = video_branch_->position();
  const auto audio = audio_branch_->position();
  const bool is_on_its_way = is_seeking_ || wanted_position_ || (!video && !audio);
  if (is_on_its_way) return last_seek_.value_or(Duration{});
  return std::max(video.value_or(Duration{}), audio.value_or(Duration{}));
}

void Playback::set_tile(Resolution size) {
  pipeline_->set_text("video_size", "caps", gst::raw_video_caps(size));
}

void Playback::fail(const Error& error) {
  if (std::exchange(has_failed_, true)) return;
  gathering_timer_.stop();
  const auto tell = callbacks_.failed;
  tell(error);
}

}  // namespace tessera::ingest
