#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/event_loop.h"
#include "base/result.h"
#include "load/participant.h"

namespace tessera::bench {

// The people of a measured meeting, and what they send.
class Load {
 public:
  struct Options {
    std::string media;   // File; empty: generated.
    VideoFormat camera;  // What each sends.
  };

  // Encodes what will be sent. Error: `unreadable_media`.
  static Result<std::unique_ptr<Load>> create(const Options& options);

  enum class Part {
    speaks,    // Sends the camera and speech.
    listens,   // Sends the camera, and a quiet room's sound.
    is_heard,  // Sends speech, and neither sends nor gets a picture.
    hears,     // Sends a quiet room's sound, likewise.
    watches,   // By WHEP, and in nobody's list.
  };

  // Joins and waits until media flow. Error: `not_joined`, with what the server said.
  Result<void> add(const std::string& server_url, Part part);

  const std::vector<std::unique_ptr<Participant>>& people() const { return people_; }
  void start_measuring();

 private:
  Load(Track video, Track speech, Track silence, VideoCodec codec);

  Track video_;
  Track speech_;
  Track silence_;
  VideoCodec codec_;
  std::vector<std::unique_ptr<Participant>> people_;
  Timer pacer_;
};

}  // namespace tessera::bench
