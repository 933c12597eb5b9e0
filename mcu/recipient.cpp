#include "mcu/recipient.h"

#include <utility>

#include "base/log.h"
#include "mcu/room.h"

namespace tessera::mcu {

Recipient::Recipient(Room& room, std::string who, signalling::Client& client)
    : room_(room), who_(std::move(who)), client_(client) {}

bool Recipient::end_stay() {
  if (!std::exchange(in_room_, false)) return false;
  downlink_.reset();
  peer_.reset();
  return true;
}

void Recipient::dismiss(const Error& error) {
  if (!in_room_) return;
  log("mcu").info("dismissed room={} {} code={}", room_.name(), who_, error.code);
  leave();
  client_.close(error);
}

// For when the room may be going through those who are in it.
void Recipient::dismiss_soon(const Error& error) {
  anchor_.handle().post([this, error] { dismiss(error); });
}

Result<void> Recipient::answer(const signalling::Offer& offer, const peer::PeerOptions& options) {
  if (!in_room_) return Error{"not_joined", "You have left the room."};
  peer::Peer::Callbacks callbacks;
  callbacks.answer = [this](const std::string& sdp) { client_.send(signalling::Answer{sdp}); };
  callbacks.candidate = [this](int m_line_index, const std::string& candidate) {
    client_.send(signalling::Candidate{candidate, m_line_index});
  };
  callbacks.connected = [this] { connected(); };
  callbacks.failed = [this](const Error& error) { dismiss(error); };
  auto peer = peer::Peer::answer("peer " + who_, offer.sdp, room_.descriptions(), options,
                                 std::move(callbacks));
  if (!peer) return peer.error();
  if (const auto started = room_.start_mixers(); !started) return started.error();
  peer_ = std::move(*peer);
  room_.adapt_to_people();
  return {};
}

Result<void> Recipient::take(const signalling::Candidate& candidate) {
  if (!peer_) return {};
  return peer_->add_candidate(candidate.sdp_m_line_index, candidate.candidate);
}

void Recipient::connected() {
  client_.send(signalling::Connected{});
  log("mcu").info("connected room={} {}", room_.name(), who_);
  downlink_ = std::make_unique<Downlink>(room_.encodings(), *peer_);
  start_media();
}

void Recipient::check_sent(const Result<void>& sent) {
  if (!sent) dismiss_soon(sent.error());
}

void Recipient::encoding_failed(const mixer::Encoding& failed, bool may_ask_anew) {
  if (!downlink_ || !downlink_->uses(failed)) return;
  if (!may_ask_anew) {
    return dismiss_soon({"media_failure", "The server can't encode what it would send."});
  }
  check_sent(downlink_->replace(failed));
}

}  // namespace tessera::mcu
