#pragma once

#include <gst/app/gstappsink.h>

#include <memory>
#include <optional>
#include <string>

#include "base/units.h"
#include "gst/pipeline.h"

namespace tessera::gst {

class RouteEnd;

// Where buffers leave a pipeline: an appsink of its description. Routes carry them on.
//
// Every buffer is stamped with its running time, whatever segment the pipeline used. Made and
// destroyed on the control thread; buffers pass on the pipeline's streaming thread.
class Outlet {
 public:
  Outlet(const Pipeline& pipeline, const std::string& name);
  ~Outlet();
  Outlet(const Outlet&) = delete;
  Outlet& operator=(const Outlet&) = delete;

  // How long ago the latest buffer passed; nothing if none has yet.
  std::optional<Duration> silent_for() const;

  // Asks whoever encodes or sends what leaves here for a keyframe. From any thread.
  void request_keyframe() const;

  struct Core;  // outlet_core.h; outlives the outlet while a streaming thread is inside it.

 private:
  friend class Route;
  std::shared_ptr<Core> core_;
};

// Sends a keyframe request upstream from the sink pad of `sink`. From any thread.
void request_keyframe_from(GstElement* sink);

}  // namespace tessera::gst
