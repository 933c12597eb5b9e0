#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "base/result.h"
#include "mcu/output_feed.h"
#include "signalling/messages.h"

namespace tessera::mcu {

class Participant;

// Something that goes out of a room beside what its people get: a broadcast, a recording, HLS. Each
// has a pipeline of its own, of which no fault or delay reaches the room.
class Output {
 public:
  // Called when there is news of it, which mustn't be destroyed in the call.
  using Changed = std::function<void()>;

  // `self` has what never changes: ID, kind, settings.
  Output(signalling::Output self, OutputFeed feed)
      : self_(std::move(self)), feed_(std::move(feed)) {}
  virtual ~Output() = default;
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  const std::string& id() const { return self_.id; }
  signalling::OutputKind kind() const { return self_.kind; }
  signalling::Output view() const;
  // The view, unless nothing but the time has changed since it was last taken.
  std::optional<signalling::Output> take_news();

  // For good. While it hasn't, the room stays.
  virtual bool has_ended() const = 0;

  // Ends it, soon if not at once.
  virtual void stop() = 0;
  // Ends it for a fault that isn't its own, of which it then tells.
  void give_up(const Error& why);
  // Error: `not_possible`.
  virtual Result<void> set_paused(bool paused) = 0;

  // Somebody's connection stands, who may be known already.
  virtual void keep_track_of(Participant&) {}

  // Lets go of encodings that it has no use for any more: one that has ended stays, to be asked
  // how.
  void release_unused_feed() {
    if (!takes_feed()) feed_.release();
  }

  // Takes others in place of encodings that failed; gives up if there are none.
  void replace(const mixer::Encoding& failed, bool may_ask_anew);

  bool takes_from(const Encodings& encodings) const { return feed_.is_of(encodings); }
  // Takes nothing from the feed any more, until refeed().
  virtual void starve() = 0;
  // Goes on from the scene that is the right one now; gives up if there is none.
  void refeed();

 protected:
  const OutputFeed& feed() const { return feed_; }
  // State, target, reason and elapsed time.
  virtual void describe(signalling::Output& view) const = 0;
  virtual bool takes_feed() const { return !has_ended(); }
  virtual void take_feed() = 0;

 private:
  const signalling::Output self_;
  OutputFeed feed_;
  std::string fault_;
  std::optional<signalling::Output> told_;
};

}  // namespace tessera::mcu
