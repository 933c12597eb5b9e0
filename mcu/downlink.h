#pragma once

#include <memory>
#include <optional>

#include "base/result.h"
#include "gst/route.h"
#include "mcu/encodings.h"
#include "mixer/encoding.h"
#include "peer/peer.h"

namespace tessera::mcu {

// What one client is sent: the composite and a mix, as they are encoded for everybody, and the
// routes that carry them. Must go before the peer that it sends to.
class Downlink {
 public:
  Downlink(Encodings& encodings, const peer::Peer& peer) : encodings_(encodings), peer_(peer) {}

  // Each does nothing for a client that doesn't receive that. Error: `media_failure`.
  Result<void> send_picture();
  // The mix for who speaks in that voice slot, or the programme.
  Result<void> send_sound(std::optional<int> voice_slot);

  bool uses(const mixer::Encoding& encoding) const;

  // Asks for another in its place. Precondition: uses(failed).
  Result<void> replace(const mixer::Encoding& failed);

  // What the client hears; null if nothing.
  mixer::Encoding* sound() const { return sound_.get(); }

 private:
  Encodings& encodings_;
  const peer::Peer& peer_;
  std::optional<int> voice_slot_;

  // Each encoding stands before the route from it: they go in the opposite order.
  std::shared_ptr<mixer::Encoding> picture_;
  std::shared_ptr<mixer::Encoding> sound_;
  std::unique_ptr<gst::Route> picture_route_;
  std::unique_ptr<gst::Route> sound_route_;
};

}  // namespace tessera::mcu
