#include "egress/broadcast.h"

#include <glib.h>

#include <utility>

#include "gst/secrets.h"

namespace tessera::egress {
namespace {

// A target that loses us sooner than that isn't well yet.
constexpr Duration is_well_after = std::chrono::seconds(5);

bool is_over(BroadcastState state) {
  return state == BroadcastState::failed || state == BroadcastState::ended;
}

}  // namespace

const char* name(BroadcastState state) {
  switch (state) {
    case BroadcastState::connecting:
      return "connecting";
    case BroadcastState::live:
      return "live";
    case BroadcastState::reconnecting:
      return "reconnecting";
    case BroadcastState::failed:
      return "failed";
    case BroadcastState::ended:
      return "ended";
  }
  return "";
}

Broadcast::Broadcast(std::string name, Target target, const gst::Descriptions& descriptions,
                     Changed changed, Patience patience)
    : name_(std::move(name)),
      target_(std::move(target)),
      descriptions_(descriptions),
      changed_(std::move(changed)),
      patience_(patience) {
  for (const std::string& secret : target_.secrets()) gst::keep_secret(secret);
  retry_.start_once(Duration(0), [this] { connect(); });
}

Broadcast::~Broadcast() {
  changed_ = nullptr;
  stop();
}

void Broadcast::feed(const gst::Outlet& picture, const gst::Outlet& sound) {
  picture_ = &picture;
  sound_ = &sound;
  if (connection_) connection_->feed(picture_, sound_);
}

void Broadcast::starve() {
  picture_ = nullptr;
  sound_ = nullptr;
  if (connection_) connection_->feed(nullptr, nullptr);
}

void Broadcast::stop() {
  if (is_over(state_)) return;
  retry_.stop();
  connection_.reset();
  state_ = BroadcastState::ended;
  reason_.clear();
}

void Broadcast::connect() {
  attempt_began_at_ = Clock::now();
  Connection::Events events{[this] { went_live(); }, [this](const Loss& loss) { lost(loss); }};
  auto connection = Connection::open("broadcast " + name_, target_, timeline_, descriptions_,
                                     patience_, attempts_++, std::move(events));
  if (!connection) return lost({"This machine can't broadcast.", true});
  connection_ = std::move(*connection);
  connection_->feed(picture_, sound_);
}

void Broadcast::went_live() {
  attempt_began_at_ = Clock::now();  // What follows is no attempt any more.
  change(BroadcastState::live, "");
}

void Broadcast::lost(const Loss& loss) {
  connection_.reset();
  if (loss.is_final) return change(BroadcastState::failed, loss.reason);
  const bool was_live = state_ == BroadcastState::live;
  const auto lasted = std::chrono::duration_cast<Duration>(Clock::now() - attempt_began_at_);
  if (was_live && lasted > is_well_after) backoff_.reset();
  const Duration wait = backoff_.next(was_live ? Duration(0) : lasted, g_random_double());
  retry_.start_once(wait, [this] { connect(); });
  change(state_ == BroadcastState::connecting ? state_ : BroadcastState::reconnecting, loss.reason);
}

void Broadcast::change(BroadcastState state, const std::string& reason) {
  if (state == state_ && reason == reason_) return;
  state_ = state;
  reason_ = reason;
  if (const auto callback = changed_) callback(state_, reason_);
}

}  // namespace tessera::egress
