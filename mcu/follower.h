#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/video_codec.h"
#include "gst/outlet.h"
#include "gst/route.h"
#include "mcu/recipient.h"
#include "mcu/taker.h"
#include "signalling/meetings.h"

namespace tessera::mcu {

class Participant;

// Somebody who is sent what one participant sends, as it was encoded there: costs packets, and
// neither decoding nor encoding. Isn't seen, heard or listed. Is sent away when that participant's
// connection ends; a participant who joins again has another one.
class Follower : public signalling::MediaSession, public Recipient, public Taker {
 public:
  // Precondition: followed.may_be_followed().
  Follower(Participant& followed, const std::string& id, signalling::Client& client);
  ~Follower() override;

  // Error, beside those of Peer: `unsupported_media` for who can't play that participant's codec.
  Result<void> offer(const signalling::Offer& offer) override;
  Result<void> add_candidate(const signalling::Candidate& candidate) override {
    return take(candidate);
  }

  void follow(const gst::Outlet* video, const gst::Outlet* audio) override;
  void lose(const Error& why) override { dismiss(why); }

 private:
  void leave() override;
  void start_media() override;

  Participant& followed_;  // Outlives the stay.
  const std::optional<VideoCodec> codec_;
  std::unique_ptr<gst::Route> video_;
  std::unique_ptr<gst::Route> audio_;
};

}  // namespace tessera::mcu
