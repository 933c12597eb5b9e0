#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "egress/file_writer.h"
#include "egress/timeline.h"
#include "gst/descriptions.h"
#include "mcu/recorded_participant.h"

namespace tessera::mcu {

// The participants beside a recording: what each of them sends, in files of their own, for as long
// as the recording lasts.
class RecordedTracks {
 public:
  // The files' names begin with the recording's. `changed` is called when the last has ended, and
  // when there is another fault().
  RecordedTracks(egress::FileOptions recording,
                 std::shared_ptr<const egress::SharedTimeline> timeline,
                 const gst::Descriptions& descriptions, std::function<void()> changed);

  // One whose connection stands; nothing if they are there already.
  void add(Participant& participant);
  void stop();
  // Whether every file is finished.
  bool have_ended() const;
  // Why a file ended before the recording, or wasn't made: the first such reason. Before that,
  // `too_slow` if something is missing in one.
  const std::optional<Error>& fault() const { return fault_; }

 private:
  void take_news(const std::optional<Error>& fault);

  const egress::FileOptions recording_;
  const std::shared_ptr<const egress::SharedTimeline> timeline_;
  const gst::Descriptions& descriptions_;
  const std::function<void()> changed_;
  bool is_stopped_ = false;
  std::optional<Error> fault_;
  std::vector<std::unique_ptr<RecordedParticipant>> participants_;
};

}  // namespace tessera::mcu
