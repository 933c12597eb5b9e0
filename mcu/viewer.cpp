#include "mcu/viewer.h"

#include "base/log.h"
#include "mcu/room.h"

namespace tessera::mcu {

Viewer::Viewer(Room& room, const std::string& id, signalling::Client& client)
    : Recipient(room, "viewer=" + id, client) {
  log("mcu").info("viewer came room={} {}", room.name(), who());
}

Viewer::~Viewer() { leave(); }

void Viewer::leave() {
  if (!end_stay()) return;
  room().remove(*this);
  log("mcu").info("viewer left room={} {}", room().name(), who());
}

Result<void> Viewer::offer(const signalling::Offer& offer) {
  peer::PeerOptions options = room().options().peer;
  options.only_sends = true;
  return answer(offer, options);
}

void Viewer::start_media() {
  check_sent(downlink()->send_picture());
  check_sent(downlink()->send_sound(std::nullopt));
}

}  // namespace tessera::mcu
