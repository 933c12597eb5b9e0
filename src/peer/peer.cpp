#include "peer/peer.h"

#include <gst/video/video.h>
#include <gst/webrtc/webrtc.h>

#include <utility>

#include "base/log.h"
#include "gst/pads.h"
#include "peer/fingerprint.h"
#include "peer/packet_limits.h"
#include "peer/repeated_events.h"
#include "peer/shortcuts.h"

namespace tessera::peer {
namespace {

// A callback may destroy the peer, and with it the function that is being called: each is copied
// before its call, which is the last thing that is done.

// Beyond that a client's candidates are ignored: no machine has so many addresses.
constexpr int most_candidates = 64;

// Sound, picture and its retransmissions, with room for a few that nobody asked for.
constexpr guint most_streams = 8;

// What the client says that it will send with.
std::vector<std::uint32_t> ssrcs_of(const Offer& offer) {
  std::vector<std::uint32_t> ssrcs;
  for (const auto* media : {&offer.audio, &offer.video}) {
    if (*media) ssrcs.insert(ssrcs.end(), (*media)->ssrcs.begin(), (*media)->ssrcs.end());
  }
  return ssrcs;
}

const char* codec_suffix(VideoCodec codec) { return codec == VideoCodec::vp8 ? "vp8" : "h264"; }

// A pipeline of what is agreed on, and nothing else.
std::string description_for(const Agreement& agreement, const gst::Descriptions& descriptions) {
  const std::string codec = codec_suffix(agreement.video_codec);
  std::string text = descriptions.text("peer");
  const auto add = [&](const std::optional<AgreedMedia>& media, const std::string& kind) {
    if (media && media->receive) text += descriptions.text("receive-" + kind);
    if (media && media->send) text += descriptions.text("send-" + kind);
  };
  add(agreement.audio, "opus");
  add(agreement.video, codec);
  return text;
}

gst::Ref<GstElement> rtpbin_of(const gst::Ref<GstElement>& webrtc) {
  return gst::Ref<GstElement>::adopt(gst_bin_get_by_name(GST_BIN(webrtc.get()), "rtpbin"));
}

// Asks whoever feeds an inlet already for a keyframe.
void request_keyframe(const gst::Inlet& inlet) {
  const auto pad = gst::static_pad(inlet.get(), "src");
  gst_pad_send_event(pad.get(),
                     gst_video_event_new_upstream_force_key_unit(GST_CLOCK_TIME_NONE, TRUE, 0));
}

// Links a pad that webrtcbin made for the client's media to the depayloader of its kind, if there
// is one that has no pad yet. Whatever else a client sends is dropped: on an unlinked pad it would
// end the whole pipeline. False if the link fails. On webrtcbin's thread.
bool link_media(GstPad* pad, GstElement* audio, GstElement* video) {
  const auto caps = gst::Ref<GstCaps>::adopt(gst_pad_get_current_caps(pad));
  const char* media = caps && !gst_caps_is_empty(caps.get())
                          ? gst_structure_get_string(gst_caps_get_structure(caps.get(), 0), "media")
                          : nullptr;
  GstElement* element = g_strcmp0(media, "audio") == 0   ? audio
                        : g_strcmp0(media, "video") == 0 ? video
                                                         : nullptr;
  const auto sink = element ? gst::static_pad(element, "sink") : nullptr;
  if (sink && !gst_pad_is_linked(sink.get())) {
    return gst_pad_link(pad, sink.get()) == GST_PAD_LINK_OK;
  }
  filter_packets(pad, [](GstBuffer*) { return false; });
  return true;
}

}  // namespace

Result<std::unique_ptr<Peer>> Peer::answer(const std::string& name, const std::string& offer_sdp,
                                           const gst::Descriptions& descriptions,
                                           const PeerOptions& options, Callbacks callbacks) {
  const Result<Offer> offer = read_offer(offer_sdp);
  if (!offer) return offer.error();
  Result<Agreement> agreement = agree(*offer, options.video_codecs);
  if (!agreement) return agreement.error();
  if (options.only_sends) {
    if (agreement->audio) agreement->audio->receive = false;
    if (agreement->video) agreement->video->receive = false;
  }
  const std::string plain = plain_offer(*offer, *agreement);
  std::unique_ptr<Peer> peer(
      new Peer(std::move(*agreement), *offer, options, std::move(callbacks)));
  const Result<void> built = peer->build(name, descriptions);
  if (!built) {
    log("peer").error(R"(no pipeline name="{}" reason="{}")", name, built.error().message);
    return Error{"media_failure", "The stream can't be processed."};
  }
  peer->negotiate(plain);
  for (const std::string& candidate : offer->transport.candidates) {
    (void)peer->add_candidate(offer->transport.m_line_index, candidate);
  }
  return peer;
}

Peer::Peer(Agreement agreement, const Offer& offer, PeerOptions options, Callbacks callbacks)
    : agreement_(std::move(agreement)),
      transport_(offer.transport),
      offered_ssrcs_(ssrcs_of(offer)),
      options_(std::move(options)),
      callbacks_(std::move(callbacks)) {}

// A webrtcbin that is stopped amid a step of its negotiation leaks its transport (1.22, measured),
// and one step takes a moment.
Peer::~Peer() {
  if (!negotiation_ || !negotiation_->asked()) return;
  pipeline_->on_failure({});
  run_on_worker([asked = negotiation_->asked()] { gst_promise_wait(asked.get()); },
                [pipeline = std::shared_ptr<gst::Pipeline>(std::move(pipeline_))] {});
}

Result<void> Peer::build(const std::string& name, const gst::Descriptions& descriptions) {
  auto pipeline = gst::Pipeline::create(name, description_for(agreement_, descriptions));
  if (!pipeline) return pipeline.error();
  pipeline_ = std::move(*pipeline);
  pipeline_->on_failure([this](const Error& error) { fail(error); });
  webrtc_ = pipeline_->element("webrtc");
  configure_ice(webrtc_.get(), options_.ice);

  const auto rtpbin = rtpbin_of(webrtc_);
  // Sender reports name the time at which a frame was taken, not when it was sent: sound and
  // picture wait for different times in their mixers, and a receiver aligns them by these reports
  // (lip sync).
  g_object_set(rtpbin.get(), "rtcp-sync-send-time", FALSE, "max-streams", most_streams, nullptr);

  add_ends();
  connect_signals();
  for (const bool is_audio : {true, false}) {
    const auto& media = is_audio ? agreement_.audio : agreement_.video;
    if (!media) continue;
    auto transceiver = add_transceiver(*pipeline_, *media, is_audio ? "audio" : "video");
    if (!transceiver) return transceiver.error();
    if (is_audio) audio_ssrc_ = transceiver->ssrc;
    transceivers_.push_back(std::move(*transceiver));
  }
  return pipeline_->start();
}

// All are closed until the client's certificate has been checked.
void Peer::add_ends() {
  const auto& audio = agreement_.audio;
  const auto& video = agreement_.video;
  if (audio && audio->receive) audio_ = std::make_unique<ReceivedAudio>(*pipeline_, *audio);
  if (video && video->receive) {
    video_ =
        std::make_unique<ReceivedVideo>(*pipeline_, options_.largest_picture,
                                        [this, owner = anchor_.handle()](const std::string& why) {
                                          owner.post([this, why] { fail({"media_failure", why}); });
                                        });
    video_->crop(options_.crop_to_tile);
    video_->fit(options_.first_tile);
  }
  if (audio && audio->send) {
    gates_.push_back(std::make_unique<gst::Gate>(*pipeline_, "send_audio", "src"));
    send_audio_.emplace(*pipeline_, "send_audio");
  }
  if (video && video->send) {
    gates_.push_back(std::make_unique<gst::Gate>(*pipeline_, "send_video", "src"));
    send_video_.emplace(*pipeline_, "send_video");
  }
}

void Peer::connect_signals() {
  const Anchor::Handle owner = anchor_.handle();
  // By default a jitter buffer guesses when the next packet is due, and takes it for lost soon
  // after that. But browsers spread a large frame over 100 ms and more: each would cost a keyframe,
  // which is a large frame itself (1.22, measured). Only a gap says that something is missing.
  const auto rtpbin = rtpbin_of(webrtc_);
  signals_.push_back(Signal::connect<void(GstElement*, guint, guint)>(
      rtpbin.get(), "new-jitterbuffer",
      [filter = audio_ ? audio_->packet_filter() : PacketFilter()](GstElement* jitter_buffer, guint,
                                                                   guint) {
        g_object_set(jitter_buffer, "rtx-next-seqnum", FALSE, nullptr);
        const auto in = gst::static_pad(jitter_buffer, "sink");
        if (filter) filter_packets(in.get(), filter);
      }));
  signals_.push_back(Signal::connect<void(guint, gchar*)>(
      webrtc_.get(), "on-ice-candidate", [this, owner](guint m_line_index, gchar* candidate) {
        owner.post([this, m_line_index, text = std::string(candidate)] {
          const auto tell = callbacks_.candidate;
          if (state_ != State::ended) tell(static_cast<int>(m_line_index), text);
        });
      }));
  watch_gathering();
  signals_.push_back(Signal::connect<void(GParamSpec*)>(
      webrtc_.get(), "notify::connection-state",
      [this, owner](GParamSpec*) { owner.post([this] { check_connection(); }); }));

  // The pads for the client's media: the only ones in Tessera that appear while a pipeline runs.
  gst::Ref<GstElement> audio;
  gst::Ref<GstElement> video;
  if (audio_) audio = pipeline_->element("receive_audio");
  if (video_) video = pipeline_->element("receive_video");
  signals_.push_back(Signal::connect<void(GstPad*)>(
      webrtc_.get(), "pad-added", [this, owner, audio, video](GstPad* pad) {
        if (GST_PAD_DIRECTION(pad) != GST_PAD_SRC) return;
        if (link_media(pad, audio.get(), video.get())) return;
        owner.post([this] { fail({"media_failure", "The client's stream can't be processed."}); });
      }));
}

// The state is read where it changes, so that the end comes after the last candidate.
void Peer::watch_gathering() {
  const Anchor::Handle owner = anchor_.handle();
  signals_.push_back(Signal::connect<void(GParamSpec*)>(
      webrtc_.get(), "notify::ice-gathering-state",
      [this, owner, webrtc = webrtc_.get()](GParamSpec*) {
        GstWebRTCICEGatheringState gathering = GST_WEBRTC_ICE_GATHERING_STATE_NEW;
        g_object_get(webrtc, "ice-gathering-state", &gathering, nullptr);
        if (gathering != GST_WEBRTC_ICE_GATHERING_STATE_COMPLETE) return;
        owner.post([this] {
          const auto tell = callbacks_.candidate;
          if (state_ != State::ended) tell(transport_.m_line_index, "");
        });
      }));
}

void Peer::negotiate(const std::string& plain) {
  Negotiation::Callbacks callbacks;
  callbacks.answer = [this](const std::string& sdp) { pass_answer_on(sdp); };
  callbacks.done = [this] {
    if (state_ != State::ended) tune_session();
  };
  callbacks.refused = [this](const std::string& why) {
    log("peer").warn(R"(webrtcbin refuses pipeline="{}" reason="{}")", pipeline_->name(), why);
    fail({"media_failure", "The offer can't be answered."});
  };
  negotiation_ = std::make_unique<Negotiation>(webrtc_, std::move(callbacks));
  negotiation_->start(plain);
  connection_timer_.start_once(options_.connection_timeout, [this] {
    fail({"connection_timeout", "No connection came about. A firewall may be in the way."});
  });
}

// The client knows where to send to only by the answer.
void Peer::pass_answer_on(const std::string& sdp) {
  if (state_ == State::ended) return;
  limit_streams(webrtc_.get(), offered_ssrcs_);
  const auto tell = callbacks_.answer;
  tell(sdp);
}

// Between two regular reports a session may ask for lost packets once (RFC 4585, section 3.5.1), so
// these have to be frequent where there may be lost pictures. Feedback on each packet is given as
// often as browsers do, which is seldom where little comes; not after each frame.
void Peer::tune_session() {
  const auto rtpbin = rtpbin_of(webrtc_);
  GObject* raw = nullptr;
  g_signal_emit_by_name(rtpbin.get(), "get-internal-session",
                        static_cast<guint>(transport_.m_line_index), &raw);
  const auto session = gst::Ref<GObject>::adopt(raw);
  g_return_if_fail(session);
  const guint64 interval = video_ ? GST_SECOND / 10 : GST_SECOND / 2;
  g_object_set(session.get(), "rtcp-min-interval", interval, "twcc-feedback-interval", interval,
               nullptr);
  const std::string rtcp = "recv_rtcp_sink_" + std::to_string(transport_.m_line_index);
  limit_retransmissions(gst::static_pad(rtpbin.get(), rtcp.c_str()).get());
  drop_repeated_events(webrtc_.get());
  for (const Transceiver& transceiver : transceivers_) relax_preferences(transceiver);
  if (audio_ssrc_) loss_.watch(session.get(), *audio_ssrc_);
}

Result<void> Peer::add_candidate(std::optional<int> m_line_index, const std::string& candidate) {
  if (candidate.empty()) return {};
  const Result<bool> is_usable = check_candidate(candidate);
  if (!is_usable) return is_usable.error();
  // A client gathers for further m-lines too, until the answer tells it that they are bundled.
  const int line = transport_.m_line_index;
  if (!*is_usable || m_line_index.value_or(line) != line) return {};
  if (++candidates_ > most_candidates || state_ == State::ended) return {};
  // webrtcbin keeps those that come before it has answered.
  g_signal_emit_by_name(webrtc_.get(), "add-ice-candidate", static_cast<guint>(line),
                        candidate.c_str());
  return {};
}

void Peer::check_connection() {
  GstWebRTCPeerConnectionState connection = GST_WEBRTC_PEER_CONNECTION_STATE_NEW;
  g_object_get(webrtc_.get(), "connection-state", &connection, nullptr);
  if (connection == GST_WEBRTC_PEER_CONNECTION_STATE_FAILED && state_ == State::connected) {
    return fail({"connection_lost", "The connection broke."});
  }
  // Before that a failure isn't final: ICE says so whenever all candidates so far have failed, and
  // a further one may come.
  if (connection != GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTED || state_ != State::connecting) {
    return;
  }
  if (!has_named_certificate(webrtc_.get(), transport_.fingerprints)) {
    return fail({"fingerprint_mismatch", "The certificate isn't the one that the offer named."});
  }
  become_connected();
}

void Peer::become_connected() {
  state_ = State::connected;
  connection_timer_.stop();
  activity_.watch_transport(webrtc_.get());
  shorten_receive_path(webrtc_.get());
  shorten_send_path(webrtc_.get());
  silence_timer_.start_repeating(options_.silence_timeout / 8, [this] {
    if (activity_.silent_for() > options_.silence_timeout) {
      fail({"connection_lost", "Nothing came from this client for a while."});
    }
  });
  if (audio_) audio_->start();
  if (video_) video_->start();
  for (const auto& gate : gates_) gate->open();
  if (send_video_) request_keyframe(*send_video_);
  const auto tell = callbacks_.connected;
  tell();
}

void Peer::decode_video(bool wanted) {
  if (video_) video_->decode(wanted);
}

void Peer::decode_audio(bool wanted) {
  if (audio_) audio_->decode(wanted);
}

void Peer::forward(bool video, bool audio) {
  if (video_) video_->forward(video);
  if (audio_) audio_->forward(audio);
}

void Peer::set_tile(Resolution size) {
  if (video_) video_->fit(size);
}

void Peer::limit_frame_rate(int frame_rate) {
  if (video_) video_->limit_frame_rate(frame_rate);
}

void Peer::fail(const Error& error) {
  if (state_ == State::ended) return;
  state_ = State::ended;
  connection_timer_.stop();
  silence_timer_.stop();
  if (audio_) audio_->stop();
  if (video_) video_->stop();
  for (const auto& gate : gates_) gate->close();
  log("peer").info("connection ended pipeline=\"{}\" code={}", pipeline_->name(), error.code);
  const auto tell = callbacks_.failed;
  tell(error);
}

}  // namespace tessera::peer
