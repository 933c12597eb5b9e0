#pragma once

#include <memory>
#include <optional>
#include <string>

#include "egress/broadcast.h"
#include "mcu/output.h"

namespace tessera::mcu {

// A room on its way to a server of live streams.
class BroadcastOutput : public Output {
 public:
  // Error: `media_failure`.
  static Result<std::unique_ptr<Output>> start(signalling::Output self, OutputFeed feed,
                                               const std::string& room, egress::Target target,
                                               const gst::Descriptions& descriptions,
                                               Changed changed);

  bool has_ended() const override;
  void stop() override;
  Result<void> set_paused(bool paused) override;

 private:
  void describe(signalling::Output& view) const override;
  BroadcastOutput(signalling::Output self, OutputFeed feed, const std::string& room,
                  egress::Target target, const gst::Descriptions& descriptions, Changed changed);
  void starve() override { broadcast_.starve(); }
  void take_feed() override { broadcast_.feed(feed().picture(), feed().sound()); }
  void follow(egress::BroadcastState state);

  const Changed changed_;
  std::optional<TimePoint> first_live_at_;
  std::optional<TimePoint> ended_at_;
  egress::Broadcast broadcast_;
};

}  // namespace tessera::mcu
