#include "egress/composite_faults.h"

#include <algorithm>
#include <cmath>
#include <sstream>

namespace tessera::test {
namespace {

bool is_red(const FileProbe::Frame& frame) {
  return std::abs(frame.y - 81) < 8 && std::abs(frame.u - 90) < 8 && std::abs(frame.v - 240) < 8;
}

// How much of the sound is as loud as the tone, in parts of 5 ms.
double share_of_tone(const std::vector<float>& sound) {
  constexpr std::ptrdiff_t part = 240;
  std::ptrdiff_t parts = 0;
  std::ptrdiff_t of_tone = 0;
  const auto is_sound = [](float sample) { return sample != 0; };
  // Before it began there is none.
  for (auto at = std::ranges::find_if(sound, is_sound); sound.end() - at >= part; at += part) {
    double power = 0;
    std::for_each(at, at + part, [&](double sample) { power += sample * sample / part; });
    ++parts;
    if (std::abs(10 * std::log10(std::max(power, 1e-20)) + 29) < 3) ++of_tone;
  }
  return parts == 0 ? 0 : static_cast<double>(of_tone) / static_cast<double>(parts);
}

}  // namespace

std::string faults_of(const FileProbe& file) {
  std::ostringstream faults;
  for (const char* profile : {"h264 Constrained Baseline", "aac LC"}) {
    const auto profiles = file.profiles();
    if (std::ranges::count(profiles, profile) != 1) faults << "no " << profile << "; ";
  }
  if (!is_monotonic(file.packets())) faults << "not monotonic; ";
  // A tenth of the time has a flash and a beep.
  const auto frames = file.frames();
  const auto red = std::ranges::count_if(frames, is_red);
  if (red * 10 < std::ssize(frames) * 8) faults << red << " red pictures; ";
  const auto sound = file.sound();
  const double tone = share_of_tone(sound);
  if (tone < 0.8) faults << "the tone for " << tone << " of the time; ";
  const auto seen = flashes(frames);
  const auto heard = beeps(sound);
  if (seen.size() < 2) faults << seen.size() << " flashes; ";
  for (const double flash : seen) {
    const auto is_near = [&](double beep) { return std::abs(beep - flash) < 0.040; };
    if (std::ranges::none_of(heard, is_near))
      faults << "no beep with the flash at " << flash << "; ";
  }
  return faults.str();
}

}  // namespace tessera::test
