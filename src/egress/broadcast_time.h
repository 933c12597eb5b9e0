#pragma once

#include <gst/gst.h>

#include <atomic>
#include <memory>

#include "gst/pipeline.h"

namespace tessera::egress {

// The time of one broadcast: 0 at its first picture, whatever the running time was then, and going
// on over every connection that it needs, so that who reconnects after a minute goes on at 60 s.
//
// Written by the streaming threads of its connections, one after the other; shared with them.
struct BroadcastTime {
  std::atomic<GstClockTime> origin = GST_CLOCK_TIME_NONE;  // in running time
  std::atomic<GstClockTime> latest = 0;                    // what was last handed to a connection
};

// Where on the time a connection begins; nothing (GST_CLOCK_TIME_NONE) until it has begun.
using Beginning = std::shared_ptr<const std::atomic<GstClockTime>>;

// Puts what enters a connection's pipeline, at the appsrcs "picture" and "sound", on the time,
// and lets it begin at a keyframe that is later than all before: pictures before it, and sound from
// before it, are dropped. So is what is no later than the one before, as when an encoder follows
// another; pictures then go on at the next keyframe. Before the pipeline starts.
Beginning begin_at_keyframe(const gst::Pipeline& pipeline,
                            const std::shared_ptr<BroadcastTime>& time);

}  // namespace tessera::egress
