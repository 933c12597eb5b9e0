#pragma once

#include <gst/gst.h>

#include <functional>
#include <memory>
#include <optional>

#include "base/units.h"

namespace tessera::peer {

// What a client's packets tell besides their media: that it is still there, and how loud it is.
//
// Read on the control thread; noted on streaming threads, which may go on doing so for a moment
// after this is gone.
class Activity {
 public:
  Activity();

  // Notes from now on what comes out of webrtcbin's ICE transport: media and RTCP. A client that
  // sends no media still reports on what it receives.
  void watch_transport(GstElement* webrtc);

  // Notes an audio level (RFC 6464) that a packet names. From any thread; outlives this.
  std::function<void(int level)> level_noter();

  // For a client that sends no levels: measures those of the decoded sound, mono float, that this
  // sink takes.
  void measure_levels(GstElement* sink);

  // How long nothing came, since watch_transport() at most.
  Duration silent_for() const;

  // The mean level since the last call, in decibels: 0 is the loudest, 127 silence. A click among
  // silent packets hardly counts. Nothing without levels.
  std::optional<int> take_level();

 private:
  struct Noted;
  std::shared_ptr<Noted> noted_;
};

}  // namespace tessera::peer
