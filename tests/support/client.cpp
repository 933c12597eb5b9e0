#include "support/client.h"

#include <gst/app/gstappsink.h>
#include <gst/webrtc/webrtc.h>

#include <utility>

#include "peer/ice.h"

namespace tessera::test {
namespace {

using nlohmann::json;

std::string camera_text(const ClientOptions& options) {
  if (options.shared_media.video != nullptr) {
    return "appsrc name=shared_video is-live=true format=time caps=video/x-vp8"
           " ! rtpvp8pay picture-id-mode=15-bit"
           " ! application/x-rtp,media=video,encoding-name=VP8,clock-rate=90000,payload=96"
           " ! valve name=camera_valve ! webrtc. ";
  }
  const auto [red, green, blue] = options.colour;
  const unsigned argb = 0xff000000U | static_cast<unsigned>(red << 16 | green << 8 | blue);
  std::string text =
      "videotestsrc is-live=true foreground-color=" + std::to_string(argb) +
      (options.camera_blinks ? " pattern=blink" : " pattern=solid-color") +
      " ! video/x-raw,format=I420,framerate=30/1,width=" + std::to_string(options.camera.width) +
      ",height=" + std::to_string(options.camera.height);
  if (options.video_codec == "VP8") {
    text +=
        " ! vp8enc deadline=1 cpu-used=16 target-bitrate=300000 keyframe-max-dist=3000"
        " ! rtpvp8pay picture-id-mode=15-bit"
        " ! application/x-rtp,media=video,encoding-name=VP8,clock-rate=90000,payload=96";
  } else {
    text +=
        " ! x264enc tune=zerolatency speed-preset=ultrafast bitrate=300 key-int-max=3000"
        " ! video/x-h264,profile=constrained-baseline"
        " ! rtph264pay config-interval=-1 aggregate-mode=zero-latency"
        " ! application/x-rtp,media=video,encoding-name=H264,clock-rate=90000,payload=102";
  }
  return text + " ! valve name=camera_valve ! webrtc. ";
}

std::string microphone_text(const ClientOptions& options) {
  const std::string source =
      options.shared_media.audio != nullptr
          ? "appsrc name=shared_audio is-live=true format=time"
            " caps=audio/x-opus,rate=48000,channels=1,channel-mapping-family=0"
          : "audiotestsrc name=microphone is-live=true samplesperbuffer=960 volume=" +
                std::to_string(options.volume) + " freq=" + std::to_string(options.tone_hz) +
                " ! audio/x-raw,rate=48000,channels=1 ! opusenc";
  return source +
         " ! rtpopuspay ! application/x-rtp,media=audio,encoding-name=OPUS,clock-rate=48000,"
         "payload=111,encoding-params=(string)2 ! webrtc. ";
}

std::string pipeline_text(const ClientOptions& options) {
  return "webrtcbin name=webrtc bundle-policy=max-bundle latency=40 " + microphone_text(options) +
         (options.video_codec.empty() ? "" : camera_text(options));
}

// What a browser says of its H.264. In the caps behind the payloader it can't stand: they would
// have to be the encoder's own.
std::string with_h264_parameters(std::string sdp) {
  const std::string line = "a=rtpmap:102 H264/90000\r\n";
  const std::size_t at = sdp.find(line);
  if (at == std::string::npos) return sdp;
  return sdp.insert(at + line.size(),
                    "a=fmtp:102 packetization-mode=1;profile-level-id=42e01f\r\n");
}

// What becomes of a received stream, by its media and codec.
std::string receiver_text(const std::string& codec, bool decode) {
  const std::string sink = "appsink name=sink sync=false async=false max-buffers=5 drop=true";
  if (codec == "OPUS") {
    return decode ? "rtpopusdepay name=depay ! opusdec ! audioconvert ! audioresample"
                    " ! audio/x-raw,format=F32LE,rate=48000,channels=1 ! " +
                        sink
                  : "rtpopusdepay name=depay ! fakesink sync=false async=false";
  }
  const std::string depay =
      codec == "VP8" ? "rtpvp8depay name=depay request-keyframe=true wait-for-keyframe=true"
                     : "rtph264depay name=depay request-keyframe=true wait-for-keyframe=true";
  if (!decode) return depay + " ! fakesink sync=false async=false";
  return depay + (codec == "VP8" ? " ! vp8dec" : " ! h264parse ! avdec_h264 max-threads=1") +
         " ! videoconvert ! video/x-raw,format=I420 ! " + sink;
}

using Shared = std::shared_ptr<Received>;

void count_buffers(GstElement* element, const Shared& received, bool is_audio) {
  struct Counter {
    Shared received;
    bool is_audio;
  };
  const auto pad = gst::Ref<GstPad>::adopt(gst_element_get_static_pad(element, "src"));
  gst_pad_add_probe(
      pad.get(), GST_PAD_PROBE_TYPE_BUFFER,
      [](GstPad*, GstPadProbeInfo*, gpointer data) {
        const auto* counter = static_cast<Counter*>(data);
        if (counter->is_audio) {
          counter->received->add_sound_packet();
        } else {
          counter->received->add_encoded_frame();
        }
        return GST_PAD_PROBE_OK;
      },
      new Counter{received, is_audio}, [](gpointer data) { delete static_cast<Counter*>(data); });
}

GstFlowReturn take_picture(GstAppSink* sink, gpointer data) {
  (*static_cast<Shared*>(data))
      ->add_frame(gst::Ref<GstSample>::adopt(gst_app_sink_pull_sample(sink)));
  return GST_FLOW_OK;
}

GstFlowReturn take_sound(GstAppSink* sink, gpointer data) {
  const auto sample = gst::Ref<GstSample>::adopt(gst_app_sink_pull_sample(sink));
  GstMapInfo map;
  gst_buffer_map(gst_sample_get_buffer(sample.get()), &map, GST_MAP_READ);
  (*static_cast<Shared*>(data))
      ->add_sound(reinterpret_cast<const float*>(map.data), map.size / sizeof(float));
  gst_buffer_unmap(gst_sample_get_buffer(sample.get()), &map);
  return GST_FLOW_OK;
}

// On webrtcbin's thread.
void receive_stream(GstElement* pipeline, GstPad* pad, const Shared& received, bool decode) {
  if (GST_PAD_DIRECTION(pad) != GST_PAD_SRC) return;
  const auto caps = gst::Ref<GstCaps>::adopt(gst_pad_get_current_caps(pad));
  const std::string codec =
      gst_structure_get_string(gst_caps_get_structure(caps.get(), 0), "encoding-name");
  GstElement* bin =
      gst_parse_bin_from_description(receiver_text(codec, decode).c_str(), TRUE, nullptr);
  gst_bin_add(GST_BIN(pipeline), bin);
  const auto depay = gst::Ref<GstElement>::adopt(gst_bin_get_by_name(GST_BIN(bin), "depay"));
  count_buffers(depay.get(), received, codec == "OPUS");
  if (decode) {
    const auto sink = gst::Ref<GstElement>::adopt(gst_bin_get_by_name(GST_BIN(bin), "sink"));
    GstAppSinkCallbacks callbacks = {};
    callbacks.new_sample = codec == "OPUS" ? take_sound : take_picture;
    gst_app_sink_set_callbacks(GST_APP_SINK(sink.get()), &callbacks, new Shared(received),
                               [](gpointer data) { delete static_cast<Shared*>(data); });
  }
  gst_element_sync_state_with_parent(bin);
  const auto sink_pad = gst::Ref<GstPad>::adopt(gst_element_get_static_pad(bin, "sink"));
  gst_pad_link(pad, sink_pad.get());
}

gst::Ref<GstPromise> promise(const Anchor::Handle& owner,
                             std::function<void(const gst::Ref<GstPromise>&)> done) {
  using Done = std::pair<Anchor::Handle, std::function<void(const gst::Ref<GstPromise>&)>>;
  return gst::Ref<GstPromise>::adopt(gst_promise_new_with_change_func(
      [](GstPromise* raw, gpointer data) {
        const auto* reply = static_cast<Done*>(data);
        reply->first.post(
            [done = reply->second, kept = gst::Ref<GstPromise>::share(raw)] { done(kept); });
      },
      new Done(owner, std::move(done)), [](gpointer data) { delete static_cast<Done*>(data); }));
}

}  // namespace

Client::Client(const std::string& url, ClientOptions options)
    : options_(std::move(options)), websocket_(url), received_(std::make_shared<Received>()) {
  websocket_.on_open([this] {
    json join = {{"type", "join"},
                 {"room", options_.room},
                 {"name", options_.name},
                 {"camera", options_.camera_on},
                 {"microphone", options_.microphone_on},
                 {"token", options_.token}};
    if (options_.recorded) join["recorded"] = *options_.recorded;
    send(join);
  });
  websocket_.on_message([this](const json& message) { on_message(message); });
}

void Client::on_message(const json& message) {
  const std::string type = message.at("type");
  if (type == "joined") {
    id_ = message.at("participant");
    token_ = message.at("token");
    for (const json& one : message.at("participants")) participants_[one.at("id")] = one;
    for (const json& one : message.at("outputs")) output_ = one;
    make_offer();
  } else if (type == "answer") {
    take_answer(message.at("sdp"));
  } else if (type == "candidate") {
    if (!webrtc_) return;
    g_signal_emit_by_name(webrtc_.get(), "add-ice-candidate",
                          message.at("sdpMLineIndex").get<unsigned>(),
                          message.at("candidate").get<std::string>().c_str());
  } else if (type == "connection") {
    connected_ = true;
  } else if (type == "participant_joined" || type == "participant_changed") {
    const json& one = message.at("participant");
    participants_[one.at("id")] = one;
  } else if (type == "participant_left") {
    participants_.erase(message.at("id").get<std::string>());
  } else if (type == "layout") {
    layout_ = message;
  } else if (type == "output") {
    output_ = message.at("output");
  }
}

void Client::make_offer() {
  auto made = gst::Pipeline::create("client", pipeline_text(options_));
  g_assert(made.has_value());
  pipeline_ = std::move(*made);
  webrtc_ = pipeline_->element("webrtc");
  peer::configure_ice(webrtc_.get(), {.addresses = {"127.0.0.1"}});
  const Anchor::Handle owner = anchor_.handle();
  signals_.push_back(Signal::connect<void(guint, gchar*)>(
      webrtc_.get(), "on-ice-candidate", [this, owner](guint index, gchar* candidate) {
        owner.post([this, index, text = std::string(candidate)] {
          send({{"type", "candidate"}, {"candidate", text}, {"sdpMLineIndex", index}});
        });
      }));
  signals_.push_back(Signal::connect<void(GstPad*)>(
      webrtc_.get(), "pad-added",
      [pipeline = pipeline_->get(), received = received_, decode = options_.decode](GstPad* pad) {
        receive_stream(pipeline, pad, received, decode);
      }));
  const auto [video, audio] = options_.shared_media;
  if (video != nullptr) {
    routes_.push_back(std::make_unique<gst::Route>(*video, gst::Inlet(*pipeline_, "shared_video"),
                                                   gst::Route::Media::needs_keyframe));
  }
  if (audio != nullptr) {
    routes_.push_back(std::make_unique<gst::Route>(*audio, gst::Inlet(*pipeline_, "shared_audio"),
                                                   gst::Route::Media::any_buffer));
  }
  (void)pipeline_->start();
  auto done = promise(owner, [this](const gst::Ref<GstPromise>& reply) { send_offer(reply); });
  g_signal_emit_by_name(webrtc_.get(), "create-offer", nullptr, done.get());
}

void Client::send_offer(const gst::Ref<GstPromise>& reply) {
  if (!webrtc_) return;
  GstWebRTCSessionDescription* offer = nullptr;
  gst_structure_get(gst_promise_get_reply(reply.get()), "offer",
                    GST_TYPE_WEBRTC_SESSION_DESCRIPTION, &offer, nullptr);
  g_signal_emit_by_name(webrtc_.get(), "set-local-description", offer, nullptr);
  const gst::CString text(gst_sdp_message_as_text(offer->sdp));
  gst_webrtc_session_description_free(offer);
  const std::string sdp = with_h264_parameters(text.get());
  send({{"type", "offer"}, {"sdp", options_.alter_offer ? options_.alter_offer(sdp) : sdp}});
}

void Client::take_answer(const std::string& sdp) {
  answer_ = sdp;
  if (!webrtc_) return;
  GstSDPMessage* message = nullptr;
  gst_sdp_message_new_from_text(sdp.c_str(), &message);
  GstWebRTCSessionDescription* answer =
      gst_webrtc_session_description_new(GST_WEBRTC_SDP_TYPE_ANSWER, message);
  g_signal_emit_by_name(webrtc_.get(), "set-remote-description", answer, nullptr);
  gst_webrtc_session_description_free(answer);
}

void Client::leave() {
  send({{"type", "leave"}});
  vanish();
}

void Client::set_camera(bool on) { send({{"type", "media"}, {"camera", on}}); }
void Client::set_microphone(bool on) { send({{"type", "media"}, {"microphone", on}}); }
void Client::set_recorded(bool recorded) { send({{"type", "media"}, {"recorded", recorded}}); }
void Client::stall_camera(bool stalled) {
  pipeline_->set("camera_valve", "drop", gboolean{stalled});
}

void Client::set_volume(double volume) { pipeline_->set("microphone", "volume", volume); }

void Client::vanish() {
  signals_.clear();
  routes_.clear();
  webrtc_ = nullptr;
  pipeline_.reset();
}

std::optional<Client::Tile> Client::tile_of(const std::string& participant) const {
  if (!layout_.is_object()) return std::nullopt;
  for (const json& tile : layout_.at("tiles")) {
    if (tile.at("participant") != participant) continue;
    return Tile{tile.at("x"), tile.at("y"), tile.at("width"), tile.at("height")};
  }
  return std::nullopt;
}

}  // namespace tessera::test
