#pragma once

#include <gst/gst.h>

#include <functional>
#include <string>

#include "base/event_loop.h"
#include "gst/ref.h"

namespace tessera::peer {

// Gets webrtcbin's answer to a request: its reply, or in its words why there is none. The structure
// is borrowed for the call, and null where webrtcbin has nothing more to say than that it is done.
using Reply = std::function<void(const GstStructure* reply, const std::string& error)>;

// A promise to hand to webrtcbin. `done` runs on the control thread, and only if the owner is still
// there.
gst::Ref<GstPromise> promise(const Anchor::Handle& owner, Reply done);

}  // namespace tessera::peer
