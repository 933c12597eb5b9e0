#pragma once

#include <memory>
#include <string>

#include "egress/recording.h"
#include "mcu/output.h"
#include "mcu/recorded_tracks.h"

namespace tessera::mcu {

// A recording of a room, and of its participants one by one if that is wanted.
class RecordingOutput : public Output {
 public:
  // Errors as of Recording.
  static Result<std::unique_ptr<Output>> start(signalling::Output self, OutputFeed feed,
                                               const egress::RecordingOptions& options,
                                               const gst::Descriptions& descriptions,
                                               const Changed& changed);

  bool has_ended() const override;
  void stop() override;
  void keep_track_of(Participant& participant) override {
    if (tracks_) tracks_->add(participant);
  }
  Result<void> set_paused(bool paused) override;

 private:
  void describe(signalling::Output& view) const override;
  std::string reason() const;
  bool takes_feed() const override;
  void starve() override { recording_->starve(); }
  void take_feed() override { recording_->feed(feed().picture(), feed().sound()); }

  void follow(egress::Recording::State state);

  RecordingOutput(signalling::Output self, OutputFeed feed, std::string name,
                  std::unique_ptr<egress::Recording> recording,
                  std::unique_ptr<RecordedTracks> tracks, Changed changed);

  const std::string name_;
  const Changed changed_;
  std::unique_ptr<egress::Recording> recording_;
  std::unique_ptr<RecordedTracks> tracks_;  // Null without.
  bool is_disk_low_ = false;
};

}  // namespace tessera::mcu
