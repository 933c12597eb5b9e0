#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/event_loop.h"
#include "base/result.h"
#include "base/units.h"
#include "gst/descriptions.h"
#include "gst/inlet.h"
#include "gst/level_meter.h"
#include "gst/outlet.h"
#include "gst/pipeline.h"
#include "gst/route.h"
#include "ingest/playback.h"
#include "ingest/source.h"

namespace tessera::ingest {

struct PlayerOptions {
  std::filesystem::path media_folder;  // Where files may lie. Empty: none may be played.
  Resolution first_tile{640, 360};     // Until set_tile() says otherwise.
  bool crop_to_tile = true;            // Or letterbox.
  bool loop = false;
  // What may be decoded: a source with larger pictures than that fails.
  Resolution largest_picture{3840, 2160};
  // A live source of which nothing came for so long counts as broken.
  Duration silence_timeout = std::chrono::seconds(8);
  // Of any source: how long it may take until it plays.
  Duration opening_timeout = std::chrono::seconds(15);
  // From the first wait before a live source that broke is opened anew, which doubles with each
  // failure, to the longest.
  Duration first_retry = std::chrono::seconds(1);
  Duration longest_retry = std::chrono::seconds(15);
};

// Plays a file or a stream into a meeting, as a participant: pictures of its tile's size and mono
// sound, paced and stamped as if it were live.
//
// A source that is live (RTSP, RTMP, SRT, and HTTP without an end) and breaks after it has played
// is opened anew until it is there again; its outlets stay the same. Paused, its last picture is
// shown on. Looping seeks back to the beginning at the end, which takes about a tenth of a second
// from a file.
//
// Belongs to the control thread, on which all callbacks run.
class Player {
 public:
  enum class State { opening, playing, paused, reconnecting, ended, failed };

  // The player may be destroyed in it. The reason is given of reconnecting and failed:
  // `source_not_found` or `source_failed`.
  using Changed = std::function<void(State state, const std::optional<Error>& reason)>;

  // Errors: `invalid_source`, `source_not_found`, `media_failure`. Whatever else fails comes by
  // callback. The name appears in logs.
  static Result<std::unique_ptr<Player>> open(const std::string& name, const std::string& address,
                                              const gst::Descriptions& descriptions,
                                              const PlayerOptions& options, Changed changed);
  ~Player();

  // Raw pictures and sound, always there; empty of what the source doesn't have.
  const gst::Outlet* video() const { return &video_; }
  const gst::Outlet* audio() const { return &audio_; }

  // As of Peer.
  void set_tile(Resolution size);
  void limit_frame_rate(int frame_rate);
  std::optional<int> take_level() { return level_.take(); }

  // Without effect where there is nothing to pause or to resume. RTSP, RTMP and SRT go on from what
  // is live then; HTTP, even without an end, from where it was.
  void pause();
  void resume();
  // After the end it plays again from there, and paused it stays paused. Error: `not_seekable`.
  Result<void> seek(Duration position);
  void set_loop(bool loop) { options_.loop = loop; }
  void set_volume(double volume);  // 1 as it is; 0 to 10.

  State state() const { return state_; }
  // The address without passwords and the like.
  const std::string& display() const { return source_.display; }
  bool is_live() const;
  // Known once it has played.
  bool has_video() const { return facts_ && facts_->has_video; }
  bool has_audio() const { return facts_ && facts_->has_audio; }
  bool can_seek() const { return facts_ && facts_->can_seek; }
  std::optional<Duration> duration() const;
  Duration position() const;

 private:
  Player(std::string name, Source source, const gst::Descriptions& descriptions,
         const PlayerOptions& options, Changed changed, std::unique_ptr<gst::Pipeline> out);
  Result<void> open_source();
  void begin(const SourceFacts& facts);
  void end();
  void take_failure(const Error& error);
  void reopen();
  void watch_silence();
  void show_still();
  void change(State state, const std::optional<Error>& reason = std::nullopt);

  std::string name_;
  Source source_;
  const gst::Descriptions& descriptions_;
  PlayerOptions options_;
  Changed changed_;
  State state_ = State::opening;
  bool wants_pause_ = false;
  Resolution tile_;
  int frame_rate_ = 0;
  double volume_ = 1;
  Duration retry_;
  TimePoint played_since_{};
  std::optional<SourceFacts> facts_;

  std::unique_ptr<gst::Pipeline> out_;
  gst::LevelMeter level_;
  gst::Outlet video_;
  gst::Outlet audio_;
  std::unique_ptr<Playback> playback_;
  std::vector<std::unique_ptr<gst::Route>> routes_;
  Timer retry_timer_;
  Timer silence_timer_;
  Timer opening_timer_;
  Timer still_timer_;
};

// The state's name, for programs and logs.
const char* name(Player::State state);

}  // namespace tessera::ingest
