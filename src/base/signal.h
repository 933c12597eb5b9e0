#pragma once

#include <glib-object.h>

#include <functional>
#include <utility>

#include "base/ref.h"

namespace tessera {

// A connected GObject signal; destroying it disconnects.
//
// GStreamer emits most of its signals on threads of its own, and one may be under way while its
// connection goes. So a callback must not hold its owner by `this`: it does the least it can and
// posts through the owner's Anchor::Handle. What it captured lives until the last emission
// returned.
class Signal {
 public:
  Signal() = default;
  Signal(Signal&& other) noexcept
      : object_(std::move(other.object_)), id_(std::exchange(other.id_, 0)) {}
  Signal& operator=(Signal&& other) noexcept {
    disconnect();
    object_ = std::move(other.object_);
    id_ = std::exchange(other.id_, 0);
    return *this;
  }
  ~Signal() { disconnect(); }

  // connect<void(GstPad*)>(element, "pad-added", [](GstPad* pad) { … });
  // The signature is the signal's without the object that emits it.
  template <typename Signature>
  static Signal connect(gpointer object, const char* name, std::function<Signature> callback) {
    Signal signal;
    signal.object_ = Ref<GObject>::share(G_OBJECT(object));
    signal.id_ = Trampoline<Signature>::connect(object, name, std::move(callback));
    return signal;
  }

 private:
  template <typename Signature>
  struct Trampoline;

  template <typename R, typename... Args>
  struct Trampoline<R(Args...)> {
    using Callback = std::function<R(Args...)>;
    static R call(gpointer, Args... args, gpointer callback) {
      return (*static_cast<Callback*>(callback))(args...);
    }
    static gulong connect(gpointer object, const char* name, Callback callback) {
      return g_signal_connect_data(
          object, name, reinterpret_cast<GCallback>(&call), new Callback(std::move(callback)),
          [](gpointer data, GClosure*) { delete static_cast<Callback*>(data); }, GConnectFlags(0));
    }
  };

  void disconnect() {
    if (id_ != 0) g_signal_handler_disconnect(object_.get(), id_);
    id_ = 0;
  }

  Ref<GObject> object_;
  gulong id_ = 0;
};

}  // namespace tessera
