#include "gst/pipeline.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "base/log.h"
#include "gst/direct_source.h"
#include "gst/runtime.h"
#include "gst/secrets.h"

namespace tessera::gst {
namespace {

// What a streaming thread needs in order to tell the control thread of a message.
struct BusWatch {
  Anchor::Handle owner;
  std::string pipeline_name;
  std::function<void()> failed;
  std::function<void()> latency_changed;
  std::shared_ptr<std::atomic<bool>> has_failed;
  std::function<void(GstMessage*)> take_error;  // None: errors are logged.
};

// Takes messages on the thread that posts them: there are hundreds about states for each one that
// matters, and none of those wakes the control thread. Of the errors the first names the cause; it
// is logged here, as the pipeline may be gone before the control thread hears of it.
GstBusSyncReply sort_message(GstBus*, GstMessage* message, gpointer data) {
  const auto dropped = Ref<GstMessage>::adopt(message);  // Whoever drops a message owns it.
  auto* watch = static_cast<BusWatch*>(data);
  if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) {
    if (watch->has_failed->exchange(true)) return GST_BUS_DROP;
    if (watch->take_error) {
      watch->take_error(message);
    } else {
      log("gst").warn(R"(pipeline failed pipeline="{}" reason="{}: {}")", watch->pipeline_name,
                      GST_MESSAGE_SRC_NAME(message), without_secrets(text_of(message)));
    }
    watch->owner.post(watch->failed);
  } else if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_LATENCY) {
    watch->owner.post(watch->latency_changed);
  }
  return GST_BUS_DROP;
}

}  // namespace

std::string text_of(GstMessage* error) {
  GError* raw_error = nullptr;
  gchar* raw_details = nullptr;
  gst_message_parse_error(error, &raw_error, &raw_details);
  const GErrorPtr fault(raw_error);
  const CString details(raw_details);
  std::string text = fault->message + (details ? " (" + std::string(details.get()) + ")" : "");
  std::ranges::replace(text, '\n', ' ');  // Details have several lines.
  return text;
}

Result<std::unique_ptr<Pipeline>> Pipeline::create(const std::string& name,
                                                   const std::string& text) {
  GError* raw_error = nullptr;
  auto element = Ref<GstElement>::share(
      gst_parse_launch_full(text.c_str(), nullptr, GST_PARSE_FLAG_FATAL_ERRORS, &raw_error));
  const GErrorPtr error(raw_error);
  if (error || !element) {
    return Error{"pipeline_invalid", name + ": " + (error ? error->message : "empty description")};
  }
  if (!GST_IS_PIPELINE(element.get())) {
    // A description of a single element parses to that element alone.
    auto pipeline = Ref<GstElement>::share(gst_pipeline_new(nullptr));
    gst_bin_add(GST_BIN(pipeline.get()), element.get());
    element = std::move(pipeline);
  }
  return std::unique_ptr<Pipeline>(new Pipeline(name, std::move(element)));
}

Pipeline::Pipeline(std::string name, Ref<GstElement> pipeline)
    : name_(std::move(name)),
      pipeline_(std::move(pipeline)),
      has_failed_(std::make_shared<std::atomic<bool>>(false)),
      has_ended_(std::make_shared<std::atomic<bool>>(false)) {
  gst_pipeline_use_clock(GST_PIPELINE(pipeline_.get()), shared_clock());
  gst_element_set_start_time(pipeline_.get(), GST_CLOCK_TIME_NONE);
  gst_element_set_base_time(pipeline_.get(), shared_base_time());
  watch_bus({});
}

void Pipeline::keep_errors_private(std::function<void(GstMessage*)> take) {
  watch_bus(std::move(take));
}

void Pipeline::watch_bus(std::function<void(GstMessage*)> take_error) {
  const auto bus = Ref<GstBus>::adopt(gst_element_get_bus(pipeline_.get()));
  auto* watch = new BusWatch{
      anchor_.handle(),   name_,
      [this] { fail(); }, [this] { gst_bin_recalculate_latency(GST_BIN(pipeline_.get())); },
      has_failed_,        std::move(take_error)};
  gst_bus_set_sync_handler(bus.get(), sort_message, watch,
                           [](gpointer data) { delete static_cast<BusWatch*>(data); });
}

Pipeline::~Pipeline() {
  if (pipeline_) run_on_worker(end());
}

Task Pipeline::end() {
  *has_failed_ = true;
  *has_ended_ = true;
  return [pipeline = std::move(pipeline_)] {
    end_direct_sources(GST_BIN(pipeline.get()));
    gst_element_set_state(pipeline.get(), GST_STATE_NULL);
    const auto bus = Ref<GstBus>::adopt(gst_element_get_bus(pipeline.get()));
    gst_bus_set_sync_handler(bus.get(), nullptr, nullptr, nullptr);
  };
}

Result<void> Pipeline::start() {
  if (gst_element_set_state(pipeline_.get(), GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE) {
    on_failure_ = nullptr;  // Reported here.
    return Error{"media_failure", "The pipeline " + name_ + " doesn't start."};
  }
  return {};
}

std::function<bool()> Pipeline::start_elsewhere() const {
  return [pipeline = pipeline_, has_ended = has_ended_] {
    if (*has_ended) return true;
    const bool starts =
        gst_element_set_state(pipeline.get(), GST_STATE_PLAYING) != GST_STATE_CHANGE_FAILURE;
    // Another worker may have stopped it before this one started it.
    if (*has_ended) gst_element_set_state(pipeline.get(), GST_STATE_NULL);
    return starts;
  };
}

Ref<GstElement> Pipeline::element(const std::string& name) const {
  auto found = Ref<GstElement>::adopt(gst_bin_get_by_name(GST_BIN(pipeline_.get()), name.c_str()));
  g_assert(found);
  return found;
}

void Pipeline::set_text(const std::string& element_name, const char* property,
                        const std::string& value) {
  gst_util_set_object_arg(G_OBJECT(element(element_name).get()), property, value.c_str());
}

void Pipeline::fail() {
  if (const auto callback = std::exchange(on_failure_, nullptr)) {
    callback(Error{"media_failure", "The stream can't be processed any further."});
  }
}

}  // namespace tessera::gst
