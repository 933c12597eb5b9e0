#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "gst/descriptions.h"
#include "gst/inlet.h"
#include "gst/outlet.h"

namespace tessera::mixer {

// A room's sound, mix-minus: voices come in at a fixed number of slots; out come the programme,
// which has all of them, and for each slot the mix of the others, for whoever speaks there. Its
// cost doesn't grow with the room.
class AudioMix {
 public:
  static Result<std::unique_ptr<AudioMix>> create(const std::string& room, int voice_slots,
                                                  const gst::Descriptions& descriptions);

  // Mono float at 48 kHz.
  gst::Inlet voice(int slot) const;
  const gst::Outlet& programme() const { return programme_; }
  const gst::Outlet& mix_minus(int slot) const {
    return *mixes_.at(static_cast<std::size_t>(slot));
  }

  gst::Pipeline& pipeline() { return *pipeline_; }

 private:
  AudioMix(std::unique_ptr<gst::Pipeline> pipeline, int voice_slots);

  std::unique_ptr<gst::Pipeline> pipeline_;
  gst::Outlet programme_;
  std::vector<std::unique_ptr<gst::Outlet>> mixes_;
};

}  // namespace tessera::mixer
