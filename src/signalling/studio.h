#pragma once

#include <glib.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/ref.h"
#include "base/result.h"
#include "signalling/messages.h"

// What an operator can do with a room (README.md, "API").
namespace tessera::signalling {

struct OutputRequest {
  OutputKind kind = OutputKind::broadcast;
  std::string url;  // Of a broadcast.
  OutputSettings settings;
};

// Something to be played to a room, as a participant.
struct SourceRequest {
  std::string url;
  std::string name;
  bool loop = false;
};

// Absent: unchanged.
struct SourceChange {
  std::optional<bool> paused;
  std::optional<bool> loop;
  std::optional<double> position;  // Seconds from its beginning.
  std::optional<double> volume;    // 1: as it is.
};

struct Source {
  ParticipantId participant;
  std::string name;
  std::string url;  // Without passwords.
  std::string state;
  std::string reason;              // In plain words, where the state needs one.
  std::optional<double> position;  // Seconds.
  std::optional<double> duration;  // Nothing if it is live.
  bool loop = false;
};

// JPEG.
using Snapshot = std::string;

// All on the control thread. Errors: `unknown_room`, `unknown_output`, `unknown_source`,
// `invalid_target`, `invalid_source`, `source_not_found`, `not_possible`, `recording_failed`,
// `disk_full`, `no_picture`, `server_full`, `media_failure`.
class Studio {
 public:
  virtual ~Studio() = default;

  // Who is in the room, and what is played to it, in the order of joining.
  virtual Result<std::vector<Participant>> participants(const std::string& room) = 0;

  // Opens the room if it isn't there: one may go live before anybody comes.
  virtual Result<Output> start_output(const std::string& room, const OutputRequest& request) = 0;
  virtual Result<Output> pause_output(const std::string& room, const std::string& id,
                                      bool paused) = 0;
  virtual Result<Output> stop_output(const std::string& room, const std::string& id) = 0;
  // Those that ended lately, too, even if the room is closed.
  virtual Result<std::vector<Output>> outputs(const std::string& room) = 0;

  virtual Result<Source> add_source(const std::string& room, const SourceRequest& request) = 0;
  virtual Result<Source> change_source(const std::string& room, const std::string& id,
                                       const SourceChange& change) = 0;
  virtual Result<void> remove_source(const std::string& room, const std::string& id) = 0;
  virtual Result<std::vector<Source>> sources(const std::string& room) = 0;

  // Calls back later, once, whatever becomes of the room.
  virtual void snapshot(const std::string& room, std::function<void(Result<Snapshot>)> done) = 0;

  // A file of a room's HLS stream.
  struct HlsFile {
    std::string content_type;
    Ref<GBytes> content;
    bool may_be_cached = false;
  };
  virtual std::optional<HlsFile> hls_file(const std::string& room, const std::string& name) = 0;
};

}  // namespace tessera::signalling
