#pragma once

#include <atomic>
#include <functional>
#include <memory>

#include "gst/ref.h"
#include "peer/packet_filter.h"

namespace tessera::peer {

// What tells the packets of a client's sound.
struct SoundPackets {
  int payload_type = 0;
  int level_extension = 0;  // The number of the audio level's header extension (RFC 6464).
};

// What is of interest of a client's sound: of most people in a large meeting how loud it is.
enum class SoundInterest { none, level, all };

// For the pads of jitter buffers: notes the level that each packet of sound names, and admits it if
// that is of interest. Admits all others. To be called on streaming threads.
PacketFilter levels_or_sound(const SoundPackets& sound, std::function<void(int)> note_level,
                             std::shared_ptr<const std::atomic<SoundInterest>> interest);

// When sound is wanted again, a jitter buffer takes what wasn't admitted for lost. Keeps from this
// depayloader the news of such long losses, which a decoder would fill with sound of its own.
void ignore_long_losses(GstElement* depayloader);

}  // namespace tessera::peer
