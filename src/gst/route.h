#pragma once

#include <memory>

#include "gst/inlet.h"
#include "gst/outlet.h"

namespace tessera::gst {

// Carries buffers from an outlet to an inlet inside the process, by reference, for as long as it
// exists. One outlet may have many routes.
//
// A slow inlet harms nobody: when it has more than half a second queued, buffers are dropped until
// the next one that can be decoded by itself, and for encoded video a keyframe is asked for. A new
// route of encoded video begins at a keyframe likewise. Keyframe requests that reach the inlet from
// downstream go back over the route, to the outlet's encoder or sender: three at once, and in the
// long run one in two seconds, so that one bad line doesn't lower everybody's picture.
//
// Made and destroyed on the control thread. Once destroyed it carries nothing more; until then an
// inlet that is a directsrc works on the outlet's thread.
class Route {
 public:
  enum class Media {
    any_buffer,     // Raw media and encoded sound: each buffer stands alone.
    needs_keyframe  // Encoded video.
  };

  Route(const Outlet& from, const Inlet& to, Media media);
  ~Route();
  Route(const Route&) = delete;
  Route& operator=(const Route&) = delete;

  // Whether the inlet was ever so slow that something was dropped.
  bool has_dropped() const;

 private:
  std::shared_ptr<Outlet::Core> from_;
  std::shared_ptr<RouteEnd> end_;
};

}  // namespace tessera::gst
