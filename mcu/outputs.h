#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/event_loop.h"
#include "base/result.h"
#include "gst/descriptions.h"
#include "mcu/encodings.h"
#include "mcu/hls_output.h"
#include "mcu/output.h"
#include "signalling/studio.h"

namespace tessera::mcu {

struct OutputOptions {
  std::filesystem::path recordings;
  mixer::LiveVideo video;  // Unless an output asks for another.
  int latest_number = 0;   // Of the room's earlier outputs.
};

// Of an id by which a room has no output.
Error unknown_output();

// What goes out of one room beside what its people get. Those that ended stay in its list for a
// while, for whoever asks how.
class Outputs {
 public:
  // Called later with what is new of one of them, and may destroy this.
  using Changed = std::function<void(const signalling::Output&)>;
  // Whose encodings an output takes now. Error: `media_failure`.
  using Source =
      std::function<Result<Encodings*>(signalling::OutputKind, signalling::OutputLayout)>;

  Outputs(std::string room, OutputOptions options, Source source,
          const gst::Descriptions& descriptions, Changed changed);

  // What is wrong with a request can be seen before there are any. Error: `invalid_target`.
  static Result<void> check(const signalling::OutputRequest& request);

  // In their ids, whatever their order; 0 if there are none.
  static int latest_number(const std::vector<signalling::Output>& outputs);

  // Errors as of Studio.
  Result<signalling::Output> start(const signalling::OutputRequest& request);
  Result<signalling::Output> set_paused(const std::string& id, bool paused);
  Result<signalling::Output> stop(const std::string& id);
  std::vector<signalling::Output> views() const;
  // Only those that haven't ended.
  std::vector<signalling::Output> active_views() const;

  // For those that keep participants' own streams: their connection stands.
  void keep_track_of(Participant& participant);

  void stop_all();
  void give_up_all(const Error& why);
  // For an empty room: what is kept ends with the people, what is on the air goes on.
  void stop_recordings();
  // Whether any hasn't ended.
  bool are_active() const;

  // Recordings take nothing until refeed_recordings(), by which the source gives the right ones.
  void starve_recordings();
  void refeed_recordings();

  bool take_from(const Encodings& encodings) const;
  bool record_from(const Encodings& encodings) const;
  // To be called before they go, when the source gives others.
  void leave(const Encodings& encodings);
  void give_up(const Encodings& encodings, const Error& why);

  void replace(const mixer::Encoding& failed, bool may_ask_anew);

  std::optional<signalling::Studio::HlsFile> hls_file(const std::string& name) const;

 private:
  using Made = Result<std::unique_ptr<Output>>;
  Made make(const signalling::Output& self, const std::string& url);
  Made make_broadcast(const signalling::Output& self, const std::string& url);
  Made make_recording(const signalling::Output& self);
  Made make_hls(const signalling::Output& self);
  // The one that hasn't ended; null if there is none.
  const HlsOutput* hls() const;
  signalling::OutputSettings complete(signalling::OutputSettings settings) const;
  OutputFeed feed_for(const signalling::Output& output) const;
  std::string next_recording_name();
  std::vector<Output*> active() const;
  std::vector<Output*> active_recordings() const;
  Output* find(const std::string& id) const;
  void tell(const std::string& id);
  void forget_oldest();

  const std::string room_;
  const OutputOptions options_;
  const Source source_;
  const gst::Descriptions& descriptions_;
  const Changed changed_;
  int last_id_;
  std::string second_;  // In which the latest recording was started, as names have it.
  int recordings_of_second_ = 0;
  std::vector<std::unique_ptr<Output>> outputs_;  // In the order of their starts.
  Anchor anchor_;
};

}  // namespace tessera::mcu
