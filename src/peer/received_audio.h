#pragma once

#include <atomic>
#include <memory>
#include <optional>

#include "gst/gate.h"
#include "gst/level_meter.h"
#include "gst/outlet.h"
#include "gst/pipeline.h"
#include "peer/agreement.h"
#include "peer/packet_filter.h"
#include "peer/sound_packets.h"

namespace tessera::peer {

// A client's microphone on its way through their connection's pipeline (receive-opus.gst): RTP in,
// sound to be mixed out; and frames as the client encoded them, for those who get them so. Nothing
// passes before start().
//
// Of most people in a large meeting only the level is of interest, which their packets may name.
//
// On the control thread; it passes on the pipeline's streaming threads.
class ReceivedAudio {
 public:
  ReceivedAudio(const gst::Pipeline& pipeline, const AgreedMedia& agreed);

  const gst::Outlet& sound() const { return sound_; }
  const gst::Outlet& frames() const { return *frames_; }

  // For the pads of jitter buffers: lets pass what is of interest. Empty if all is.
  PacketFilter packet_filter();

  void start();
  void stop();

  // Neither is wanted at first.
  void decode(bool wanted);
  void forward(bool wanted);

  // As of Peer.
  std::optional<int> take_level() { return level_.take(); }

 private:
  void apply();

  const std::optional<SoundPackets> named_levels_;
  gst::Gate packets_;
  gst::Outlet sound_;
  std::unique_ptr<gst::Outlet> frames_;
  std::unique_ptr<gst::Gate> decoding_;
  gst::LevelMeter level_;
  std::shared_ptr<std::atomic<SoundInterest>> interest_ =
      std::make_shared<std::atomic<SoundInterest>>(SoundInterest::none);
  bool has_started_ = false;
  bool decode_ = false;
  bool forward_ = false;
};

}  // namespace tessera::peer
