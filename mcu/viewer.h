#pragma once

#include <string>

#include "mcu/recipient.h"
#include "signalling/meetings.h"

namespace tessera::mcu {

// Somebody who only watches a room: is sent its picture and the programme, and isn't seen, heard
// or listed. Costs packets and no encoding.
class Viewer : public signalling::MediaSession, public Recipient {
 public:
  Viewer(Room& room, const std::string& id, signalling::Client& client);
  ~Viewer() override;

  Result<void> offer(const signalling::Offer& offer) override;
  Result<void> add_candidate(const signalling::Candidate& candidate) override {
    return take(candidate);
  }

 private:
  void leave() override;
  void start_media() override;
};

}  // namespace tessera::mcu
