#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "gst/outlet.h"

namespace tessera::gst {

struct Outlet::Core {
  Ref<GstElement> sink;
  std::atomic<GstClockTime> last_buffer_at = GST_CLOCK_TIME_NONE;

  // Guards the routes; held while a buffer is handed to all of them, which never blocks but may
  // take as long as packets to all who listen do.
  std::mutex mutex;
  std::vector<std::shared_ptr<RouteEnd>> routes;
};

}  // namespace tessera::gst
