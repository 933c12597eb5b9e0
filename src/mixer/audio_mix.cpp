#include "mixer/audio_mix.h"

#include <utility>

namespace tessera::mixer {

Result<std::unique_ptr<AudioMix>> AudioMix::create(const std::string& room, int voice_slots,
                                                   const gst::Descriptions& descriptions) {
  auto pipeline =
      gst::Pipeline::create("mix-audio " + room, descriptions.text("mix-audio", voice_slots));
  if (!pipeline) return pipeline.error();
  std::unique_ptr<AudioMix> mix(new AudioMix(std::move(*pipeline), voice_slots));
  // With its outlets in place: what gathers at a sink before them would stay there as delay.
  const Result<void> started = mix->pipeline_->start();
  if (!started) return started.error();
  return mix;
}

AudioMix::AudioMix(std::unique_ptr<gst::Pipeline> pipeline, int voice_slots)
    : pipeline_(std::move(pipeline)), programme_(*pipeline_, "programme") {
  for (int slot = 0; slot < voice_slots; ++slot) {
    mixes_.push_back(
        std::make_unique<gst::Outlet>(*pipeline_, "mix_minus_" + std::to_string(slot)));
  }
}

gst::Inlet AudioMix::voice(int slot) const {
  return gst::Inlet(*pipeline_, "voice_" + std::to_string(slot));
}

}  // namespace tessera::mixer
