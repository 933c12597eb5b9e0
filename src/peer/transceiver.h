#pragma once

#include <gst/gst.h>

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "gst/pipeline.h"
#include "gst/ref.h"
#include "peer/agreement.h"

namespace tessera::peer {

// One of webrtcbin's: sound or picture, in both directions.
struct Transceiver {
  gst::Ref<GObject> object;
  std::optional<std::uint32_t> ssrc;  // Of what is sent, if anything is.
};

// Tells a peer's webrtcbin what was agreed on for its "audio" or "video", and links what it is to
// send. Before set-remote-description: an answering webrtcbin takes over what its transceivers say,
// and later is too late. Error: `media_failure`.
Result<Transceiver> add_transceiver(gst::Pipeline& pipeline, const AgreedMedia& media,
                                    const std::string& kind);

// To be called once webrtcbin has answered. From then on it holds the payloaders to the preferences
// by the letter, which none can follow: an encoder writes a profile of its own that the client's
// includes (RFC 6184, section 8.1), and the audio level's caps come in two forms (1.22, measured).
void relax_preferences(const Transceiver& transceiver);

}  // namespace tessera::peer
