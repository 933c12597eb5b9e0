#pragma once

#include <gst/gst.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/event_loop.h"
#include "base/signal.h"
#include "gst/pipeline.h"
#include "support/received.h"

namespace tessera::peer {

// A client for tests: webrtcbin as the offering side, on the loopback, in the same process. Sends a
// red camera with VP8 as 96 and a tone of 440 Hz with Opus as 111, retransmissions, transport-cc
// and audio levels, and keeps what it receives. Signalling is up to its owner.
class Caller {
 public:
  struct Callbacks {
    std::function<void(const std::string& sdp)> offer;
    std::function<void(int m_line_index, const std::string& candidate)> candidate;
  };

  explicit Caller(Callbacks callbacks);

  void take_answer(const std::string& sdp);
  void add_candidate(int m_line_index, const std::string& candidate);

  test::Received& received() { return *received_; }

  // Drops all packets that it sends from now on, or every n-th of those that it sends or gets. Once
  // connected.
  void fall_silent();
  void lose_sent(int every);
  void lose_received(int every);

  // How many packets it sent again because the other side asked, and got again because it asked.
  int sent_again() const { return count("rtprtxsend", "num-rtx-packets"); }
  int got_again() const { return count("rtprtxreceive", "num-rtx-assoc-packets"); }

 private:
  void add_audio_levels();
  gst::Ref<GObject> transceiver(int index) const;
  void connect_signals();
  void make_offer();
  void lose(const char* factory, const char* pad, int every);
  int count(const char* factory, const char* property) const;

  Callbacks callbacks_;
  std::unique_ptr<gst::Pipeline> pipeline_;
  gst::Ref<GstElement> webrtc_;
  std::shared_ptr<test::Received> received_;
  std::vector<Signal> signals_;
  Anchor anchor_;
};

}  // namespace tessera::peer
