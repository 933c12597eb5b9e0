#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "egress/file_writer.h"
#include "egress/timeline.h"
#include "egress/track.h"
#include "gst/descriptions.h"
#include "mcu/taker.h"

namespace tessera::mcu {

class Participant;

// What one participant sends over one connection, beside a recording: camera and microphone, each
// as a file of its own, from when they are first turned on; but nothing while they want to be left
// out of recordings.
class RecordedParticipant : public Taker {
 public:
  using News = std::function<void(const std::optional<Error>& fault)>;

  // Precondition: participant.may_be_followed(). `news` is called whenever a file has ended, with
  // why, if that is a fault; and when something is missing in one that goes on (`too_slow`).
  RecordedParticipant(Participant& participant, egress::FileOptions recording,
                      std::shared_ptr<const egress::SharedTimeline> timeline,
                      const gst::Descriptions& descriptions, News news);
  ~RecordedParticipant() override;

  bool is(const Participant& participant) const { return participant_ == &participant; }

  void stop();
  // Whether nothing is written or will be.
  bool has_ended() const;

  void follow(const gst::Outlet* video, const gst::Outlet* audio) override;
  void lose(const Error& why) override;

 private:
  struct Medium {
    egress::Track::Kind kind;
    std::string name;
    std::unique_ptr<egress::Track> track;  // Null before it is turned on.
  };
  void follow(Medium& medium, const gst::Outlet* frames);
  void start(Medium& medium);

  Participant* participant_;  // Null once they are gone.
  const std::string who_;
  egress::FileOptions file_;
  const std::shared_ptr<const egress::SharedTimeline> timeline_;
  const gst::Descriptions& descriptions_;
  const News news_;
  Medium camera_;
  Medium microphone_;
};

}  // namespace tessera::mcu
