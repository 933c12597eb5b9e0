#pragma once

#include <gst/gst.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "base/event_loop.h"
#include "base/result.h"
#include "gst/ref.h"

namespace tessera::gst {

// A pipeline that is made from a description, started, and stopped, always as a whole. It begins at
// inlets and ends at outlets; what moves between pipelines goes over routes.
//
// Runs on the shared clock and base time (runtime.h). Belongs to the control thread. Destroying it
// returns at once: the pipeline is set to NULL on a worker, since that waits for streaming threads.
class Pipeline {
 public:
  // The text is gst-launch syntax, from Descriptions. `name` appears in logs. Error:
  // `pipeline_invalid`.
  static Result<std::unique_ptr<Pipeline>> create(const std::string& name, const std::string& text);

  ~Pipeline();
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  // Called on the control thread, once, with the first fault after which the pipeline doesn't go
  // on. The pipeline may be destroyed in the callback.
  void on_failure(std::function<void(const Error&)> callback) { on_failure_ = std::move(callback); }

  // Before start(): an error goes to `take` as well, on the thread that posts it, and its text
  // isn't logged. For a pipeline that opens what somebody names: GStreamer's texts repeat
  // addresses, which may hold passwords.
  void keep_errors_private(std::function<void(GstMessage*)> take);

  // Error: `media_failure`.
  Result<void> start();

  // For a pipeline that may wait for a network for long: the start, which is the caller's to run,
  // on a worker of his choice. False if it fails. Once the pipeline has ended, as it may meanwhile,
  // it stays so.
  std::function<bool()> start_elsewhere() const;

  // For a pipeline that may wait for a disk for long: ends it like its destruction, but for the
  // stop, which is the caller's to run, on a worker of his choice. Nothing but the destruction may
  // follow.
  Task end();

  // The element of that name. Precondition: the description has it.
  Ref<GstElement> element(const std::string& name) const;

  template <typename T>
  void set(const std::string& element_name, const char* property, T value) {
    g_object_set(element(element_name).get(), property, value, nullptr);
  }

  // Sets a property from text, as in a description: for enumerations, caps and fractions.
  void set_text(const std::string& element_name, const char* property, const std::string& value);

  const std::string& name() const { return name_; }
  GstElement* get() const { return pipeline_.get(); }

 private:
  Pipeline(std::string name, Ref<GstElement> pipeline);
  void watch_bus(std::function<void(GstMessage*)> take_error);
  void fail();

  std::string name_;
  Ref<GstElement> pipeline_;
  std::function<void(const Error&)> on_failure_;
  std::shared_ptr<std::atomic<bool>> has_failed_;  // Or ends: then errors no longer count.
  std::shared_ptr<std::atomic<bool>> has_ended_;
  Anchor anchor_;
};

// What an error message says, in one line. Not for people: it may quote secrets.
std::string text_of(GstMessage* error);

}  // namespace tessera::gst
