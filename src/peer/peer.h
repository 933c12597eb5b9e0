#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/event_loop.h"
#include "base/result.h"
#include "base/signal.h"
#include "base/units.h"
#include "gst/descriptions.h"
#include "gst/gate.h"
#include "gst/inlet.h"
#include "gst/outlet.h"
#include "gst/pipeline.h"
#include "peer/activity.h"
#include "peer/agreement.h"
#include "peer/ice.h"
#include "peer/negotiation.h"
#include "peer/offer.h"
#include "peer/received_audio.h"
#include "peer/received_video.h"
#include "peer/reported_loss.h"
#include "peer/transceiver.h"

namespace tessera::peer {

struct PeerOptions {
  std::vector<VideoCodec> video_codecs;  // In order of preference.
  IceOptions ice;
  Resolution first_tile;     // Until set_tile() says otherwise.
  bool crop_to_tile = true;  // Or letterbox.
  bool only_sends = false;   // Whatever the client offers to send isn't wanted.
  // What may be decoded: a client that sends larger pictures than that, in whatever shape, fails.
  Resolution largest_picture{1920, 1088};
  Duration connection_timeout = std::chrono::seconds(15);
  Duration silence_timeout = std::chrono::seconds(8);
};

// One client's WebRTC connection, as the answering side: one pipeline around webrtcbin that turns
// the client's RTP into pictures of its tile's size and sound to be mixed, and takes encoded mixes
// to send.
//
// An offer is negotiated once; a client whose network changes connects anew. Media passes in
// neither direction before the client's DTLS certificate was found to be the one of its offer:
// webrtcbin 1.22 doesn't check that.
//
// Costs about 11 threads and 20 file descriptors. Belongs to the control thread, on which all
// callbacks run.
class Peer {
 public:
  // All must be there. The peer may be destroyed in any of them; none is called after that, nor
  // after `failed`.
  struct Callbacks {
    std::function<void(const std::string& sdp)> answer;
    // After the answer. Empty: there are no more.
    std::function<void(int m_line_index, const std::string& candidate)> candidate;
    // Media flows from now on.
    std::function<void()> connected;
    // The end of the connection, once: `connection_timeout`, `connection_lost`,
    // `fingerprint_mismatch` or `media_failure`.
    std::function<void(const Error&)> failed;
  };

  // Errors as of read_offer() and agree(), and `media_failure`. The answer comes by callback.
  static Result<std::unique_ptr<Peer>> answer(const std::string& name, const std::string& offer_sdp,
                                              const gst::Descriptions& descriptions,
                                              const PeerOptions& options, Callbacks callbacks);
  ~Peer();

  // Of any m-line and at any time; those that are of no use are ignored. Without an m-line: of the
  // one that carries all. Empty: no more will come.
  // Error: `invalid_candidate`.
  Result<void> add_candidate(std::optional<int> m_line_index, const std::string& candidate);

  const Agreement& agreement() const { return agreement_; }
  bool is_connected() const { return state_ == State::connected; }

  // What the client sends: raw pictures and sound. Null if it doesn't send that.
  const gst::Outlet* video() const { return video_ ? &video_->pictures() : nullptr; }
  const gst::Outlet* audio() const { return audio_ ? &audio_->sound() : nullptr; }

  // The same as the client encoded it, in the agreed codec, for as long as it is forwarded.
  const gst::Outlet* encoded_video() const { return video_ ? &video_->frames() : nullptr; }
  const gst::Outlet* encoded_audio() const { return audio_ ? &audio_->frames() : nullptr; }

  // What the client is sent, encoded in the agreed codec. Nothing if it doesn't receive that.
  const std::optional<gst::Inlet>& send_video() const { return send_video_; }
  const std::optional<gst::Inlet>& send_audio() const { return send_audio_; }

  // Whether the client's pictures are decoded. They are at first.
  void decode_video(bool wanted);

  // Whether the client's sound is decoded. It isn't at first; but always is if its level can't be
  // known otherwise.
  void decode_audio(bool wanted);

  // Whether what the client sends is wanted as it was encoded. It isn't at first.
  void forward(bool video, bool audio);

  // The size that the client's pictures leave with.
  void set_tile(Resolution size);

  // How many of the client's pictures leave per second at most; 0: all. Those in between are
  // decoded, and no more.
  void limit_frame_rate(int frame_rate);

  // The mean level of the client's sound since the last call (RFC 6464: 0 is the loudest, 127
  // silence): what its packets name, or else what is measured. Nothing if none came.
  std::optional<int> take_level() { return audio_ ? audio_->take_level() : std::nullopt; }

  // How much of the sound that it is sent the client lost lately, by its own word: 0 to 100.
  int loss_percent() const { return loss_.percent(); }

 private:
  // Only moves forward.
  enum class State { connecting, connected, ended };

  Peer(Agreement agreement, const Offer& offer, PeerOptions options, Callbacks callbacks);
  Result<void> build(const std::string& name, const gst::Descriptions& descriptions);
  void add_ends();
  void connect_signals();
  void watch_gathering();
  void negotiate(const std::string& plain);
  void pass_answer_on(const std::string& sdp);
  void tune_session();
  void check_connection();
  void become_connected();
  void fail(const Error& error);

  Agreement agreement_;
  Transport transport_;
  std::vector<std::uint32_t> offered_ssrcs_;
  PeerOptions options_;
  Callbacks callbacks_;
  State state_ = State::connecting;
  int candidates_ = 0;

  std::unique_ptr<gst::Pipeline> pipeline_;
  gst::Ref<GstElement> webrtc_;
  std::optional<std::uint32_t> audio_ssrc_;  // Of what is sent.
  std::vector<Transceiver> transceivers_;
  std::vector<Signal> signals_;
  std::unique_ptr<Negotiation> negotiation_;
  std::unique_ptr<ReceivedAudio> audio_;
  std::unique_ptr<ReceivedVideo> video_;
  std::vector<std::unique_ptr<gst::Gate>> gates_;  // Of what the client is sent.
  std::optional<gst::Inlet> send_audio_;
  std::optional<gst::Inlet> send_video_;
  Activity activity_;
  ReportedLoss loss_;

  Timer connection_timer_;
  Timer silence_timer_;
  Anchor anchor_;
};

}  // namespace tessera::peer
