#include "peer/caller.h"

#include <gst/app/gstappsink.h>
#include <gst/rtp/gstrtphdrext.h>
#include <gst/webrtc/webrtc.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <utility>
#include <vector>

#include "peer/ice.h"
#include "peer/offer.h"
#include "peer/promise.h"
#include "support/sinks.h"

namespace tessera::peer {
namespace {

using Shared = std::shared_ptr<test::Received>;

constexpr int packets_each = 17;  // That one FCI of a NACK may ask for.

std::string camera_text(VideoCodec codec) {
  if (codec == VideoCodec::vp8) {
    return "vp8enc deadline=1 cpu-used=16 keyframe-max-dist=3000"
           " ! rtpvp8pay picture-id-mode=15-bit ! application/x-rtp,media=video,encoding-name=VP8";
  }
  return "x264enc tune=zerolatency speed-preset=ultrafast"
         " ! video/x-h264,profile=constrained-baseline"
         " ! rtph264pay config-interval=-1 aggregate-mode=zero-latency"
         " ! application/x-rtp,media=video,encoding-name=H264";
}

std::string pipeline_text(VideoCodec codec) {
  return "webrtcbin name=webrtc bundle-policy=max-bundle latency=40"
         " audiotestsrc is-live=true freq=440 volume=0.2 samplesperbuffer=960"
         " ! audio/x-raw,rate=48000,channels=1 ! level audio-level-meta=true ! opusenc"
         " ! rtpopuspay name=pay_audio ! application/x-rtp,media=audio,encoding-name=OPUS,"
         "clock-rate=48000,payload=111,ssrc=(uint)4241,encoding-params=(string)2 ! webrtc.sink_0"
         " videotestsrc is-live=true pattern=red ! video/x-raw,format=I420,width=320,height=180,"
         "framerate=30/1 ! " +
         camera_text(codec) + ",clock-rate=90000,payload=96,ssrc=(uint)4242,extmap-3=(string)" +
         std::string(transport_cc_uri) + " ! webrtc.sink_1";
}

std::string receiver_text(bool is_audio, VideoCodec codec) {
  const std::string sink = " ! appsink name=sink sync=false async=false max-buffers=5 drop=true";
  if (is_audio) {
    return "rtpopusdepay ! opusdec ! audioconvert ! audioresample"
           " ! audio/x-raw,format=F32LE,rate=48000,channels=1" +
           sink;
  }
  const std::string decoder = codec == VideoCodec::vp8 ? "vp8" : "h264";
  return "rtp" + decoder +
         "depay name=depay_video request-keyframe=true wait-for-keyframe=true ! " +
         (codec == VideoCodec::vp8 ? "vp8dec" : "avdec_h264") +
         " ! videoconvert ! video/x-raw,format=I420" + sink;
}

GstFlowReturn take_picture(GstAppSink* sink, gpointer data) {
  Shared& received = *static_cast<Shared*>(data);
  received->add_encoded_frame();
  received->add_frame(gst::Ref<GstSample>::adopt(gst_app_sink_pull_sample(sink)));
  return GST_FLOW_OK;
}

GstFlowReturn take_sound(GstAppSink* sink, gpointer data) {
  Shared& received = *static_cast<Shared*>(data);
  const auto sample = gst::Ref<GstSample>::adopt(gst_app_sink_pull_sample(sink));
  GstMapInfo map;
  gst_buffer_map(gst_sample_get_buffer(sample.get()), &map, GST_MAP_READ);
  received->add_sound_packet();
  received->add_sound(reinterpret_cast<const float*>(map.data), map.size / sizeof(float));
  gst_buffer_unmap(gst_sample_get_buffer(sample.get()), &map);
  return GST_FLOW_OK;
}

// On webrtcbin's thread.
void receive(GstElement* pipeline, GstPad* pad, VideoCodec codec, const Shared& received) {
  if (GST_PAD_DIRECTION(pad) != GST_PAD_SRC) return;
  const auto caps = gst::Ref<GstCaps>::adopt(gst_pad_get_current_caps(pad));
  const GstStructure* form = gst_caps_get_structure(caps.get(), 0);
  const bool is_audio = g_strcmp0(gst_structure_get_string(form, "media"), "audio") == 0;
  GstElement* bin =
      gst_parse_bin_from_description(receiver_text(is_audio, codec).c_str(), TRUE, nullptr);
  gst_bin_add(GST_BIN(pipeline), bin);
  const auto sink = gst::Ref<GstElement>::adopt(gst_bin_get_by_name(GST_BIN(bin), "sink"));
  GstAppSinkCallbacks callbacks = {};
  callbacks.new_sample = is_audio ? take_sound : take_picture;
  gst_app_sink_set_callbacks(GST_APP_SINK(sink.get()), &callbacks, new Shared(received),
                             [](gpointer data) { delete static_cast<Shared*>(data); });
  gst_element_sync_state_with_parent(bin);
  const auto entry = gst::Ref<GstPad>::adopt(gst_element_get_static_pad(bin, "sink"));
  gst_pad_link(pad, entry.get());
}

// The first element of that kind inside webrtcbin; null if there is none.
gst::Ref<GstElement> find(GstElement* webrtc, const char* factory) {
  const std::unique_ptr<GstIterator, gst::FreeWith<gst_iterator_free>> elements(
      gst_bin_iterate_all_by_element_factory_name(GST_BIN(webrtc), factory));
  GValue item = G_VALUE_INIT;
  if (gst_iterator_next(elements.get(), &item) != GST_ITERATOR_OK) return nullptr;
  auto found = gst::Ref<GstElement>::share(GST_ELEMENT(g_value_get_object(&item)));
  g_value_unset(&item);
  return found;
}

}  // namespace

Caller::Caller(Callbacks callbacks, VideoCodec codec)
    : callbacks_(std::move(callbacks)),
      codec_(codec),
      pipeline_(test::make_pipeline(pipeline_text(codec))),
      webrtc_(pipeline_->element("webrtc")),
      received_(std::make_shared<test::Received>()) {
  configure_ice(webrtc_.get(), {.addresses = {"127.0.0.1"}});
  add_audio_levels();
  // In the order of the pads: the picture is the second.
  g_object_set(transceiver(1).get(), "do-nack", TRUE, nullptr);
  connect_signals();
  (void)pipeline_->start();
  make_offer();
}

// As extension 1, in the form in which the payloader's own caps name it. They come too late for
// some offers, so it stands in the preferences too.
void Caller::add_audio_levels() {
  const std::string uri(audio_level_uri);
  const auto levels =
      gst::Ref<GstRTPHeaderExtension>::adopt(gst_rtp_header_extension_create_from_uri(uri.c_str()));
  gst_rtp_header_extension_set_id(levels.get(), 1);
  g_signal_emit_by_name(pipeline_->element("pay_audio").get(), "add-extension", levels.get());
  gst_util_set_object_arg(
      transceiver(0).get(), "codec-preferences",
      ("application/x-rtp,media=audio,encoding-name=OPUS,clock-rate=48000,payload=111,"
       "encoding-params=(string)2,extmap-1=(string)<\"\",\"" +
       uri + R"(","vad=on">)")
          .c_str());
}

gst::Ref<GObject> Caller::transceiver(int index) const {
  GObject* found = nullptr;
  g_signal_emit_by_name(webrtc_.get(), "get-transceiver", index, &found);
  return gst::Ref<GObject>::adopt(found);
}

void Caller::connect_signals() {
  const Anchor::Handle owner = anchor_.handle();
  signals_.push_back(Signal::connect<void(guint, gchar*)>(
      webrtc_.get(), "on-ice-candidate", [this, owner](guint index, gchar* candidate) {
        owner.post([this, index, text = std::string(candidate)] {
          callbacks_.candidate(static_cast<int>(index), text);
        });
      }));
  signals_.push_back(Signal::connect<void(GstPad*)>(
      webrtc_.get(), "pad-added",
      [pipeline = pipeline_->get(), codec = codec_, received = received_](GstPad* pad) {
        receive(pipeline, pad, codec, received);
      }));
}

void Caller::make_offer() {
  auto done = promise(anchor_.handle(), [this](const GstStructure* reply, const std::string&) {
    GstWebRTCSessionDescription* offer = nullptr;
    gst_structure_get(reply, "offer", GST_TYPE_WEBRTC_SESSION_DESCRIPTION, &offer, nullptr);
    g_signal_emit_by_name(webrtc_.get(), "set-local-description", offer, nullptr);
    const gst::CString text(gst_sdp_message_as_text(offer->sdp));
    gst_webrtc_session_description_free(offer);
    callbacks_.offer(text.get());
  });
  g_signal_emit_by_name(webrtc_.get(), "create-offer", nullptr, done.get());
}

void Caller::take_answer(const std::string& sdp) {
  GstSDPMessage* message = nullptr;
  gst_sdp_message_new_from_text(sdp.c_str(), &message);
  GstWebRTCSessionDescription* answer =
      gst_webrtc_session_description_new(GST_WEBRTC_SDP_TYPE_ANSWER, message);
  g_signal_emit_by_name(webrtc_.get(), "set-remote-description", answer, nullptr);
  gst_webrtc_session_description_free(answer);
}

void Caller::add_candidate(int m_line_index, const std::string& candidate) {
  g_signal_emit_by_name(webrtc_.get(), "add-ice-candidate", static_cast<guint>(m_line_index),
                        candidate.c_str());
}

void Caller::fall_silent() { lose("nicesink", "sink", 1); }
void Caller::lose_sent(int every) { lose("nicesink", "sink", every); }
void Caller::lose_received(int every) { lose("nicesrc", "src", every); }

void Caller::lose(const char* factory, const char* pad, int every) {
  struct Loss {
    int every;
    std::atomic<int> seen = 0;
  };
  const auto element = find(webrtc_.get(), factory);
  ASSERT_TRUE(element) << factory;
  const auto where = gst::Ref<GstPad>::adopt(gst_element_get_static_pad(element.get(), pad));
  gst_pad_add_probe(
      where.get(), GstPadProbeType(GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST),
      [](GstPad*, GstPadProbeInfo*, gpointer data) {
        auto* loss = static_cast<Loss*>(data);
        return ++loss->seen % loss->every == 0 ? GST_PAD_PROBE_DROP : GST_PAD_PROBE_OK;
      },
      new Loss{every}, [](gpointer data) { delete static_cast<Loss*>(data); });
}

void Caller::forge_ssrcs(int count) {
  const auto sink = find(webrtc_.get(), "nicesink");
  ASSERT_TRUE(sink);
  const auto pad = gst::Ref<GstPad>::adopt(gst_element_get_static_pad(sink.get(), "sink"));
  gst_pad_add_probe(
      pad.get(), GST_PAD_PROBE_TYPE_BUFFER,
      [](GstPad*, GstPadProbeInfo* info, gpointer data) {
        auto& left = *static_cast<int*>(data);
        GstBuffer* packet = gst_buffer_make_writable(GST_PAD_PROBE_INFO_BUFFER(info));
        GST_PAD_PROBE_INFO_DATA(info) = packet;
        GstMapInfo map;
        gst_buffer_map(packet, &map, GST_MAP_READWRITE);
        const bool is_rtp = map.size > 12 && map.data[0] >> 6 == 2;
        if (is_rtp && left > 0) {
          const bool is_rtcp = map.data[1] >= 200 && map.data[1] <= 206;
          GST_WRITE_UINT32_BE(map.data + (is_rtcp ? 4 : 8), static_cast<guint>(left--));
        }
        gst_buffer_unmap(packet, &map);
        return GST_PAD_PROBE_OK;
      },
      new int(count), [](gpointer data) { delete static_cast<int*>(data); });
}

void Caller::ask_for_latest_again(std::uint32_t ssrc) {
  GstStructure* stats = nullptr;
  g_object_get(pipeline_->element("depay_video").get(), "stats", &stats, nullptr);
  guint latest = 0;
  gst_structure_get_uint(stats, "seqnum", &latest);
  gst_structure_free(stats);
  ask_again(ssrc, {static_cast<std::uint16_t>(latest - (packets_each - 1))});
}

void Caller::ask_for_all_again(std::uint32_t ssrc) {
  constexpr std::size_t most_in_one = 300;
  std::vector<std::uint16_t> first;
  for (int at = 0; at < 0x10000; at += packets_each) {
    first.push_back(static_cast<std::uint16_t>(at));
    if (first.size() < most_in_one) continue;
    ask_again(ssrc, first);
    first.clear();
  }
  ask_again(ssrc, first);
}

// For each of these and the 16 that follow it. A receiver report without reports, and a NACK (RFC
// 4585, section 6.2.1).
void Caller::ask_again(std::uint32_t ssrc, const std::vector<std::uint16_t>& first) {
  const auto rtpbin =
      gst::Ref<GstElement>::adopt(gst_bin_get_by_name(GST_BIN(webrtc_.get()), "rtpbin"));
  const auto pad =
      gst::Ref<GstPad>::adopt(gst_element_get_static_pad(rtpbin.get(), "send_rtcp_src_0"));
  ASSERT_TRUE(pad);
  std::vector<std::uint8_t> rtcp(8 + 12 + 4 * first.size());
  GST_WRITE_UINT32_BE(rtcp.data(), 0x80c90001);
  GST_WRITE_UINT32_BE(rtcp.data() + 8, 0x81cd0000 + 2 + static_cast<guint32>(first.size()));
  GST_WRITE_UINT32_BE(rtcp.data() + 16, ssrc);
  for (std::size_t i = 0; i < first.size(); ++i) {
    GST_WRITE_UINT32_BE(rtcp.data() + 20 + 4 * i, static_cast<guint32>(first[i]) << 16 | 0xffff);
  }
  gst_pad_push(pad.get(), gst_buffer_new_memdup(rtcp.data(), rtcp.size()));
}

int Caller::count(const char* factory, const char* property) const {
  const auto element = find(webrtc_.get(), factory);
  guint value = 0;
  if (element) g_object_get(element.get(), property, &value, nullptr);
  return static_cast<int>(value);
}

}  // namespace tessera::peer
