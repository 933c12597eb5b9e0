#include "peer/negotiation.h"

#include <gst/webrtc/webrtc.h>

#include <memory>
#include <utility>

#include "peer/promise.h"

namespace tessera::peer {
namespace {

using SessionDescription = std::unique_ptr<GstWebRTCSessionDescription,
                                           gst::FreeWith<gst_webrtc_session_description_free>>;

}  // namespace

void Negotiation::start(const std::string& offer_sdp) {
  GstSDPMessage* sdp = nullptr;
  gst_sdp_message_new_from_text(offer_sdp.c_str(), &sdp);
  const SessionDescription offer(
      gst_webrtc_session_description_new(GST_WEBRTC_SDP_TYPE_OFFER, sdp));
  ask("set-remote-description", offer.get(), [this](const GstStructure*) {
    ask("create-answer", nullptr, [this](const GstStructure* reply) { take_answer(reply); });
  });
}

void Negotiation::take_answer(const GstStructure* reply) {
  GstWebRTCSessionDescription* raw = nullptr;
  gst_structure_get(reply, "answer", GST_TYPE_WEBRTC_SESSION_DESCRIPTION, &raw, nullptr);
  const SessionDescription answer(raw);
  ask("set-local-description", answer.get(), [this](const GstStructure*) {
    const auto tell = callbacks_.done;
    tell();
  });
  const gst::CString text(gst_sdp_message_as_text(answer->sdp));
  const auto tell = callbacks_.answer;
  tell(text.get());
}

// Emits an action of webrtcbin, and goes on with its reply.
void Negotiation::ask(const char* action, gpointer argument,
                      std::function<void(const GstStructure*)> go_on) {
  asked_ = promise(anchor_.handle(), [this, action, go_on = std::move(go_on)](
                                         const GstStructure* reply, const std::string& error) {
    asked_ = nullptr;
    if (error.empty()) return go_on(reply);
    const auto tell = callbacks_.refused;
    tell(std::string(action) + ": " + error);
  });
  g_signal_emit_by_name(webrtc_.get(), action, argument, asked_.get());
}

}  // namespace tessera::peer
