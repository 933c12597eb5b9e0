#include "peer/promise.h"

#include <utility>

namespace tessera::peer {
namespace {

struct Request {
  Anchor::Handle owner;
  Reply done;
};

std::string error_in(const GstStructure* reply) {
  if (reply == nullptr || !gst_structure_has_field(reply, "error")) return "";
  GError* raw = nullptr;
  gst_structure_get(reply, "error", G_TYPE_ERROR, &raw, nullptr);
  const gst::GErrorPtr error(raw);
  return error ? error->message : "unknown error";
}

// On webrtcbin's thread.
void pass_on(GstPromise* raw, gpointer data) {
  const auto* request = static_cast<Request*>(data);
  const bool is_replied = gst_promise_wait(raw) == GST_PROMISE_RESULT_REPLIED;
  request->owner.post(
      [done = request->done, promise = gst::Ref<GstPromise>::share(raw), is_replied] {
        const GstStructure* reply = is_replied ? gst_promise_get_reply(promise.get()) : nullptr;
        done(reply, is_replied ? error_in(reply) : "no reply");
      });
}

}  // namespace

gst::Ref<GstPromise> promise(const Anchor::Handle& owner, Reply done) {
  return gst::Ref<GstPromise>::adopt(
      gst_promise_new_with_change_func(pass_on, new Request{owner, std::move(done)},
                                       [](gpointer data) { delete static_cast<Request*>(data); }));
}

}  // namespace tessera::peer
