#pragma once

#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/event_loop.h"
#include "egress/snapshot.h"
#include "mcu/meetings.h"
#include "signalling/studio.h"

namespace tessera::mcu {

// What the operator's API does, for all rooms of a server.
class Studio : public signalling::Studio {
 public:
  explicit Studio(Meetings& meetings) : meetings_(meetings) {}

  Result<std::vector<signalling::Participant>> participants(const std::string& room) override;

  Result<signalling::Output> start_output(const std::string& room,
                                          const signalling::OutputRequest& request) override;
  Result<signalling::Output> pause_output(const std::string& room, const std::string& id,
                                          bool paused) override;
  Result<signalling::Output> stop_output(const std::string& room, const std::string& id) override;
  Result<std::vector<signalling::Output>> outputs(const std::string& room) override;

  Result<signalling::Source> add_source(const std::string& room,
                                        const signalling::SourceRequest& request) override;
  Result<signalling::Source> change_source(const std::string& room, const std::string& id,
                                           const signalling::SourceChange& change) override;
  Result<void> remove_source(const std::string& room, const std::string& id) override;
  Result<std::vector<signalling::Source>> sources(const std::string& room) override;

  void snapshot(const std::string& room,
                std::function<void(Result<signalling::Snapshot>)> done) override;

  std::optional<HlsFile> hls_file(const std::string& room, const std::string& name) override;

 private:
  // Of a room whose mixers have started. Errors: `unknown_room`, `unknown_output`.
  Result<Outputs*> outputs_of(const std::string& room) const;

  // A snapshot in the making; the room may be gone by then.
  struct Shooting {
    std::string room;
    std::function<void(Result<signalling::Snapshot>)> done;
    TimePoint latest{};  // Then it is given up.
    Timer settling;
    std::unique_ptr<egress::Snapshot> snapshot;
  };
  using Shot = std::list<Shooting>::iterator;
  void shoot(Shot shot);
  void finish(Shot shot, const Result<signalling::Snapshot>& result);
  // Null before it can be seen. Errors: `unknown_room`, `media_failure`.
  Result<Scene*> scene_for_record(const std::string& room) const;

  Meetings& meetings_;
  std::list<Shooting> shootings_;
};

}  // namespace tessera::mcu
