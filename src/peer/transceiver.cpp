#include "peer/transceiver.h"

#include <gst/webrtc/webrtc.h>

#include <random>

#include "gst/pads.h"
#include "peer/object_property.h"
#include "peer/rtp_caps.h"

namespace tessera::peer {
namespace {

gst::Ref<GstCaps> caps_from(const std::string& text) {
  return gst::Ref<GstCaps>::adopt(gst_caps_from_string(text.c_str()));
}

GstWebRTCRTPTransceiverDirection direction_of(const AgreedMedia& media) {
  if (media.send && media.receive) return GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_SENDRECV;
  return media.send ? GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_SENDONLY
                    : GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_RECVONLY;
}

std::uint32_t random_ssrc() {
  static std::mt19937 random{std::random_device{}()};
  return std::uniform_int_distribution<std::uint32_t>(1, 0xfffffffe)(random);
}

// webrtcbin's pad for what is sent, linked; nothing if it doesn't take that.
gst::Ref<GstPad> link_sender(gst::Pipeline& pipeline, const AgreedMedia& media,
                             const std::string& kind, std::uint32_t ssrc) {
  const auto caps = caps_from(payload_caps(media, ssrc));
  const std::string filter = "send_" + kind + "_caps";
  const std::string payloader = "pay_" + kind;
  pipeline.set(filter, "caps", caps.get());
  pipeline.set(payloader, "ssrc", static_cast<guint>(ssrc));
  pipeline.set(payloader, "pt", static_cast<guint>(media.codec.payload_type));
  const auto from = gst::static_pad(pipeline.element(filter).get(), "src");
  const std::string pad_name = "sink_" + std::to_string(media.m_line_index);
  auto to = gst::Ref<GstPad>::adopt(
      gst_element_request_pad_simple(pipeline.element("webrtc").get(), pad_name.c_str()));
  if (!to || gst_pad_link(from.get(), to.get()) != GST_PAD_LINK_OK) return {};
  return to;
}

}  // namespace

Result<Transceiver> add_transceiver(gst::Pipeline& pipeline, const AgreedMedia& media,
                                    const std::string& kind) {
  const auto preferences = caps_from(codec_preferences(media));
  Transceiver transceiver;
  if (media.send) {
    transceiver.ssrc = random_ssrc();
    const auto pad = link_sender(pipeline, media, kind, *transceiver.ssrc);
    if (!pad) return Error{"media_failure", "webrtcbin doesn't take the " + kind + " to send."};
    transceiver.object = object_property<GObject>(pad.get(), "transceiver");
  } else {
    GObject* added = nullptr;
    g_signal_emit_by_name(pipeline.element("webrtc").get(), "add-transceiver", direction_of(media),
                          preferences.get(), &added);
    transceiver.object = gst::Ref<GObject>::adopt(added);
  }
  g_object_set(transceiver.object.get(), "direction", direction_of(media), "codec-preferences",
               preferences.get(), "do-nack", !media.codec.is_opus(), nullptr);
  return transceiver;
}

void relax_preferences(const Transceiver& transceiver) {
  const auto any = caps_from("application/x-rtp");
  g_object_set(transceiver.object.get(), "codec-preferences", any.get(), nullptr);
}

}  // namespace tessera::peer
