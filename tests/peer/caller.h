#pragma once

#include <gst/gst.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/event_loop.h"
#include "base/signal.h"
#include "base/video_codec.h"
#include "gst/pipeline.h"
#include "support/received.h"

namespace tessera::peer {

// A client for tests: webrtcbin as the offering side, on the loopback, in the same process. Sends a
// red camera with VP8 or H.264 as 96 and a tone of 440 Hz with Opus as 111, retransmissions,
// transport-cc and audio levels, and keeps what it receives. Signalling is up to its owner.
class Caller {
 public:
  struct Callbacks {
    std::function<void(const std::string& sdp)> offer;
    std::function<void(int m_line_index, const std::string& candidate)> candidate;
  };

  explicit Caller(Callbacks callbacks, VideoCodec codec = VideoCodec::vp8);

  void take_answer(const std::string& sdp);
  void add_candidate(int m_line_index, const std::string& candidate);

  test::Received& received() { return *received_; }

  // Drops all packets that it sends from now on, or every n-th of those that it sends or gets. Once
  // connected.
  void fall_silent();
  void lose_sent(int every);
  void lose_received(int every);

  // Gives the first packets that it sends so many SSRCs of others. Once it has taken an answer.
  void forge_ssrcs(int count);

  // Asks for packets of the picture's stream, which has that SSRC: for the latest 17, or for each
  // that it may ever have had. Once a picture has come.
  void ask_for_latest_again(std::uint32_t ssrc);
  void ask_for_all_again(std::uint32_t ssrc);

  // How many packets it sent again because the other side asked, and got again because it asked.
  int sent_again() const { return count("rtprtxsend", "num-rtx-packets"); }
  int got_again() const { return count("rtprtxreceive", "num-rtx-assoc-packets"); }

  // With those that it doesn't remember to have asked for.
  int all_got_again() const { return count("rtprtxreceive", "num-rtx-packets"); }

 private:
  void add_audio_levels();
  gst::Ref<GObject> transceiver(int index) const;
  void connect_signals();
  void make_offer();
  void lose(const char* factory, const char* pad, int every);
  void ask_again(std::uint32_t ssrc, const std::vector<std::uint16_t>& first);
  int count(const char* factory, const char* property) const;

  Callbacks callbacks_;
  VideoCodec codec_;
  std::unique_ptr<gst::Pipeline> pipeline_;
  gst::Ref<GstElement> webrtc_;
  std::shared_ptr<test::Received> received_;
  std::vector<Signal> signals_;
  Anchor anchor_;
};

}  // namespace tessera::peer
