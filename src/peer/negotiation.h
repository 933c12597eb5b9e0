#pragma once

#include <gst/gst.h>

#include <functional>
#include <string>
#include <utility>

#include "base/event_loop.h"
#include "gst/ref.h"

namespace tessera::peer {

// Has a webrtcbin answer one offer, step by step (JSEP, RFC 8829, section 5). On the control
// thread, which it doesn't block.
class Negotiation {
 public:
  // One of the last two ends it. It may be destroyed in each.
  struct Callbacks {
    // What to send to the client. webrtcbin has its transport by now.
    std::function<void(const std::string& sdp)> answer;
    // webrtcbin has taken its own answer: there is an RTP session.
    std::function<void()> done;
    // With the step and webrtcbin's own words, for the log.
    std::function<void(const std::string& why)> refused;
  };

  Negotiation(gst::Ref<GstElement> webrtc, Callbacks callbacks)
      : webrtc_(std::move(webrtc)), callbacks_(std::move(callbacks)) {}

  void start(const std::string& offer_sdp);

  // The step that is under way: nothing before the start and after the end.
  const gst::Ref<GstPromise>& asked() const { return asked_; }

 private:
  void take_answer(const GstStructure* reply);
  void ask(const char* action, gpointer argument, std::function<void(const GstStructure*)> go_on);

  gst::Ref<GstElement> webrtc_;
  Callbacks callbacks_;
  gst::Ref<GstPromise> asked_;
  Anchor anchor_;
};

}  // namespace tessera::peer
