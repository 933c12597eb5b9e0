#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/event_loop.h"
#include "egress/hls.h"
#include "mcu/output.h"
#include "signalling/studio.h"

namespace tessera::mcu {

// A room as HLS, which this server serves.
class HlsOutput : public Output {
 public:
  // Error: `media_failure`.
  static Result<std::unique_ptr<Output>> start(signalling::Output self, OutputFeed feed,
                                               const std::string& room,
                                               const gst::Descriptions& descriptions,
                                               Changed changed);

  bool has_ended() const override { return hls_ == nullptr; }
  void stop() override;
  Result<void> set_paused(bool paused) override;

  std::optional<signalling::Studio::HlsFile> file(const std::string& name) const;

 private:
  void describe(signalling::Output& view) const override;
  HlsOutput(signalling::Output self, OutputFeed feed, const std::string& room,
            std::unique_ptr<egress::Hls> hls, Changed changed);
  void starve() override { hls_->starve(); }
  void take_feed() override { hls_->feed(feed().picture(), feed().sound()); }
  void watch_for_playlist();
  Duration elapsed() const;

  const std::string path_;
  const Changed changed_;
  std::unique_ptr<egress::Hls> hls_;  // Null after its end.
  std::optional<TimePoint> live_at_;
  Duration elapsed_{};  // At its end.
  Timer watch_;
  Anchor anchor_;
};

}  // namespace tessera::mcu
