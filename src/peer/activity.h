#pragma once

#include <gst/gst.h>

#include <atomic>
#include <memory>

#include "base/units.h"

namespace tessera::peer {

// What a client's packets tell besides their media: that it is still there.
//
// Read on the control thread; noted on streaming threads, which may go on doing so for a moment
// after this is gone.
class Activity {
 public:
  // Notes from now on what comes out of webrtcbin's ICE transport: media and RTCP. A client that
  // sends no media still reports on what it receives.
  void watch_transport(GstElement* webrtc);

  // How long nothing came, since watch_transport() at most.
  Duration silent_for() const;

 private:
  using Time = std::atomic<GstClockTime>;
  std::shared_ptr<Time> last_packet_at_ = std::make_shared<Time>(0);
};

}  // namespace tessera::peer
