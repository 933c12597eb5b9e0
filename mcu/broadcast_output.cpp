#include "mcu/broadcast_output.h"

#include <utility>

namespace tessera::mcu {

using egress::BroadcastState;

Result<std::unique_ptr<Output>> BroadcastOutput::start(signalling::Output self, OutputFeed feed,
                                                       const std::string& room,
                                                       egress::Target target,
                                                       const gst::Descriptions& descriptions,
                                                       Changed changed) {
  if (const auto renewed = feed.renew(); !renewed) return renewed.error();
  std::unique_ptr<BroadcastOutput> output(new BroadcastOutput(
      std::move(self), std::move(feed), room, std::move(target), descriptions, std::move(changed)));
  output->take_feed();
  return std::unique_ptr<Output>(std::move(output));
}

BroadcastOutput::BroadcastOutput(signalling::Output self, OutputFeed feed, const std::string& room,
                                 egress::Target target, const gst::Descriptions& descriptions,
                                 Changed changed)
    : Output(std::move(self), std::move(feed)),
      changed_(std::move(changed)),
      broadcast_("broadcast " + room + " " + id(), std::move(target), descriptions,
                 [this](BroadcastState state, const std::string&) { follow(state); }) {}

void BroadcastOutput::follow(BroadcastState state) {
  if (state == BroadcastState::live && !first_live_at_) first_live_at_ = Clock::now();
  if (has_ended() && !ended_at_) ended_at_ = Clock::now();
  changed_();
}

void BroadcastOutput::describe(signalling::Output& view) const {
  view.state = egress::name(broadcast_.state());
  view.reason = broadcast_.reason();
  view.target = broadcast_.target().display();
  if (first_live_at_) {
    view.elapsed =
        std::chrono::duration_cast<Duration>(ended_at_.value_or(Clock::now()) - *first_live_at_);
  }
}

bool BroadcastOutput::has_ended() const {
  return broadcast_.state() == BroadcastState::ended ||
         broadcast_.state() == BroadcastState::failed;
}

void BroadcastOutput::stop() {
  if (has_ended()) return;
  broadcast_.stop();
  follow(broadcast_.state());
}

Result<void> BroadcastOutput::set_paused(bool) {
  return Error{"not_possible", "A broadcast can't be paused; it can be stopped."};
}

}  // namespace tessera::mcu
