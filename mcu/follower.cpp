#include "mcu/follower.h"

#include "base/log.h"
#include "mcu/participant.h"
#include "mcu/room.h"

namespace tessera::mcu {

Follower::Follower(Participant& followed, const std::string& id, signalling::Client& client)
    : Recipient(followed.room(), "follower=" + id, client),
      followed_(followed),
      codec_(followed.sent_codec()) {
  log("mcu").info("follower came room={} {} participant={}", room().name(), who(), followed.id());
  followed_.add(*this);
  room().add(*this);
}

Follower::~Follower() { leave(); }

void Follower::leave() {
  follow(nullptr, nullptr);  // Routes go before what they lead to.
  if (!end_stay()) return;
  followed_.remove(*this);
  room().remove(*this);
  log("mcu").info("follower left room={} {}", room().name(), who());
}

Result<void> Follower::offer(const signalling::Offer& offer) {
  peer::PeerOptions options = room().options().peer;
  options.only_sends = true;
  if (codec_) options.video_codecs = {*codec_};
  return answer(offer, options);
}

void Follower::start_media() { followed_.serve(*this); }

void Follower::follow(const gst::Outlet* video, const gst::Outlet* audio) {
  const auto lead = [](std::unique_ptr<gst::Route>& route, const gst::Outlet* from,
                       const std::optional<gst::Inlet>& to, gst::Route::Media media) {
    if (from == nullptr || !to) return route.reset();
    if (!route) route = std::make_unique<gst::Route>(*from, *to, media);
  };
  if (peer() == nullptr || !peer()->is_connected()) video = audio = nullptr;
  const auto& nothing = std::optional<gst::Inlet>();
  lead(video_, video, video != nullptr ? peer()->send_video() : nothing,
       gst::Route::Media::needs_keyframe);
  lead(audio_, audio, audio != nullptr ? peer()->send_audio() : nothing,
       gst::Route::Media::any_buffer);
}

}  // namespace tessera::mcu
