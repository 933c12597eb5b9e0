#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/units.h"
#include "gst/pipeline.h"

namespace tessera::ingest {

// One kind of media, pictures or sound, on its way from what decodes it to its outlet, through a
// gate right before that.
//
// A source counts time from its own beginning. Held, the gate shows what waits there; released, all
// that passes is shifted by one offset, and the sink behind lets it leave when it is due. So both
// branches of a source, released with the same offset, stay together.
//
// Belongs to the control thread, but for link(). `changed` is called on streaming threads, whenever
// there is something new to look at.
class Branch {
 public:
  enum class Holding {
    waits,  // What comes waits, and the source with it.
    drops   // What comes is dropped: a live source's media can't wait.
  };

  // The elements of that kind, "video" or "audio", of play.gst.
  Branch(const gst::Pipeline& pipeline, const std::string& kind, Holding holding,
         std::function<void()> changed);
  ~Branch();
  Branch(const Branch&) = delete;
  Branch& operator=(const Branch&) = delete;

  // Links a pad of the source to the branch; false if it has one. On the pad's streaming thread.
  bool link(GstPad* pad);
  bool is_linked() const;

  // A branch is held at first.
  void hold();
  void release(GstClockTimeDiff offset);

  // Of a branch that is held: the running time, not shifted, of what waits or was dropped last.
  std::optional<GstClockTime> next() const;

  // Everything that the source had for it has left.
  bool has_ended() const;

  // Since it was released something came more than half a second after it was due.
  bool is_late() const;

  // Where in the source that is which passed last; nothing if none has since a seek.
  std::optional<Duration> position() const;

 private:
  struct Flow;
  static GstPadProbeReturn wait(GstPad* pad, GstPadProbeInfo* info, gpointer data);
  static GstPadProbeReturn watch(GstPad* pad, GstPadProbeInfo* info, gpointer data);

  gst::Ref<GstPad> first_;  // Where the source's pad is linked to.
  gst::Ref<GstPad> gate_;
  Holding holding_;
  gulong block_ = 0;
  std::shared_ptr<Flow> flow_;
};

}  // namespace tessera::ingest
