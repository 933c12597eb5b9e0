#pragma once

#include <gst/app/gstappsink.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/units.h"
#include "gst/pipeline.h"

namespace tessera::gst {

class RouteEnd;

// Where buffers leave a pipeline: an appsink of its description. Or a place that they pass on their
// way through it: a tap. Routes carry them on.
//
// Every buffer is stamped with its running time, whatever segment the pipeline used. Made and
// destroyed on the control thread; buffers pass on the pipeline's streaming thread.
class Outlet {
 public:
  Outlet(const Pipeline& pipeline, const std::string& name);
  ~Outlet();

  // What enters that element, by its pad "sink", from where it goes on as before. A probe that is
  // added there later may drop it without taking it from here.
  //
  // What comes there was encoded by somebody who knows nothing of who takes it from here: for all
  // routes together, a keyframe is asked for twice a second at most.
  static std::unique_ptr<Outlet> tap(const Pipeline& pipeline, const std::string& element);

  Outlet(const Outlet&) = delete;
  Outlet& operator=(const Outlet&) = delete;

  // How long ago the latest buffer passed; nothing if none has yet.
  std::optional<Duration> silent_for() const;

  // From now on last() is known: for raw pictures, of which each stands alone.
  void keep_last();
  // The latest that passed while a route took them; null if there is none.
  Ref<GstSample> last() const;
  // So that nobody who asks for it from now on gets what is older than now.
  void forget_last() const;

  // Asks whoever encodes or sends what leaves here for a keyframe. From any thread.
  void request_keyframe() const;

  struct Core;  // outlet_core.h; outlives the outlet while a streaming thread is inside it.

 private:
  friend class Route;
  Outlet(Ref<GstElement> sink, Duration between_keyframe_requests);

  std::shared_ptr<Core> core_;
  std::function<void()> detach_;
};

// Sends a keyframe request upstream from the sink pad of `sink`. From any thread.
void request_keyframe_from(GstElement* sink);

}  // namespace tessera::gst
