#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/event_loop.h"
#include "base/units.h"
#include "egress/backoff.h"
#include "egress/broadcast_time.h"
#include "egress/connection.h"
#include "egress/target.h"
#include "gst/descriptions.h"
#include "gst/outlet.h"

namespace tessera::egress {

enum class BroadcastState {
  connecting,    // The target has taken nothing yet.
  live,          // The target takes what it is sent.
  reconnecting,  // It did, and will again, as far as it is up to us.
  failed,        // Trying on is of no use.
  ended          // By whoever wanted it.
};

const char* name(BroadcastState state);

// Sends what a meeting looks and sounds like to a server of live streams, over RTMP or SRT.
//
// Its target may come and go: for as long as the broadcast is wanted it tries to connect, each time
// with a new pipeline, and goes on at a keyframe and with the time stamps of one stream. It never
// holds up what feeds it: routes drop what a target doesn't take.
//
// On the control thread. Stopping and destroying it return at once.
class Broadcast {
 public:
  // The reason for a state is one plain sentence without anything secret, or empty.
  using Changed = std::function<void(BroadcastState, const std::string& reason)>;

  // Begins to connect as soon as it is fed. `name` appears in logs. `changed` is called on every
  // change of state or reason, never within this or stop(); the broadcast may be destroyed in it.
  // The descriptions outlive it.
  Broadcast(std::string name, Target target, const gst::Descriptions& descriptions, Changed changed,
            Patience patience = {});
  ~Broadcast();
  Broadcast(const Broadcast&) = delete;
  Broadcast& operator=(const Broadcast&) = delete;

  // What to send: H.264 as byte stream in access units, and AAC as raw frames. Both outlive the
  // broadcast, or the next call of feed() or starve(); so when an encoder is replaced, starve
  // first.
  void feed(const gst::Outlet& picture, const gst::Outlet& sound);
  void starve();

  void stop();

  BroadcastState state() const { return state_; }
  const std::string& reason() const { return reason_; }
  const Target& target() const { return target_; }

 private:
  void connect();
  void went_live();
  void lost(const Loss& loss);
  void change(BroadcastState state, const std::string& reason);

  std::string name_;
  Target target_;
  const gst::Descriptions& descriptions_;
  Changed changed_;
  Patience patience_;
  BroadcastState state_ = BroadcastState::connecting;
  std::string reason_;
  const gst::Outlet* picture_ = nullptr;
  const gst::Outlet* sound_ = nullptr;
  std::shared_ptr<BroadcastTime> timeline_ = std::make_shared<BroadcastTime>();
  std::unique_ptr<Connection> connection_;
  TimePoint attempt_began_at_{};
  std::size_t attempts_ = 0;
  Backoff backoff_;
  Timer retry_;
};

}  // namespace tessera::egress
