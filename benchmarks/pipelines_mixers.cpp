#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "load/time_code.h"
#include "mixer/audio_mix.h"
#include "mixer/canvas.h"
#include "mixer/layout.h"
#include "pipelines_case.h"
#include "support/sinks.h"

namespace tessera::bench {
namespace {

using namespace std::chrono_literals;
using test::Pixel;

constexpr double proof_seconds = 0.8;  // Of sound, the last half second is looked at.
constexpr auto proof_length = 800ms;

// As the server has them.
constexpr Resolution canvas{1280, 720};
constexpr int gap = 4;
constexpr int tile_slots = 25;
constexpr int voice_slots = 8;

Pixel colour_of(int tile) { return {60 + 6 * tile, 210 - 6 * tile, 70 + 5 * tile}; }

std::vector<Rectangle> places_of(int tiles) { return mixer::grid(tiles, canvas, gap); }

std::string tile_name(int slot) { return "tile_" + std::to_string(slot); }
std::string voice_name(int slot) { return "voice_" + std::to_string(slot); }

// A camera that is a little slower than the canvas meets it at every phase, and its delay is that
// of every phase, not of one that chance chose.
constexpr int camera_rate = 28;

std::optional<int> number_in(GstBuffer* buffer, const Rectangle& place) {
  GstMapInfo map;
  gst_buffer_map(buffer, &map, GST_MAP_READ);
  const auto number = read_time_code({map.data, canvas.width, canvas}, place);
  gst_buffer_unmap(buffer, &map);
  return number;
}

// A mixer keeps its time: by their time stamps no frame is missing, and none is there twice.
Result<void> expect_every_frame(const std::vector<Left>& left, int rate) {
  if (left.empty()) return Error{"wrong_output", "nothing came out"};
  const std::chrono::duration<double> length = left.back().time - left.front().time;
  return expect_count(left.size(), static_cast<int>(std::lround(length.count() * rate)) + 1, 0);
}

Result<void> prove_canvas(const Alone& alone, int tiles) {
  std::vector<Entering> entering;
  const auto places = places_of(tiles);
  for (int i = 0; i < tiles; ++i) {
    const Resolution size = places[static_cast<std::size_t>(i)].size();
    entering.push_back({tile_name(i), solid_picture(size, colour_of(i),
                                                    count_of(proof_seconds, frames_per_second))});
  }
  auto passed =
      pass(alone, entering, {.pace = Pace::endless, .length = proof_length, .keep = true});
  if (!passed) return passed.error();
  const auto& left = passed->left["out"];
  if (auto whole = expect_every_frame(left, frames_per_second); !whole) return whole;
  test::Received received;
  received.add_frame(left.back().sample);
  for (int i = 0; i < tiles; ++i) {
    const Rectangle& place = places[static_cast<std::size_t>(i)];
    const auto pixel = received.pixel((place.x + place.width / 2.0) / canvas.width,
                                      (place.y + place.height / 2.0) / canvas.height);
    if (test::is_near(pixel, colour_of(i))) continue;
    return Error{"wrong_output", "tile " + std::to_string(i) + " is " + test::describe(pixel) +
                                     ", not " + test::describe(colour_of(i))};
  }
  return {};
}

double voice_hz(int slot) { return tone_hz + 200 * slot; }

// Whoever speaks is heard in the programme, and in every mix but their own.
Result<void> prove_mix(const Alone& alone, int speaking) {
  std::vector<Entering> entering;
  entering.reserve(static_cast<std::size_t>(speaking));
  for (int slot = 0; slot < speaking; ++slot) {
    entering.push_back(
        {voice_name(slot), tone(count_of(proof_seconds, sound_frames_per_second), voice_hz(slot))});
  }
  auto passed =
      pass(alone, entering, {.pace = Pace::endless, .length = proof_length, .keep = true});
  if (!passed) return passed.error();
  for (const std::string& outlet : alone.outlets) {
    const Media sound = media_of(passed->left[outlet]);
    auto whole = expect_every_frame(passed->left[outlet], sound_frames_per_second);
    if (!whole) return whole;
    for (int slot = 0; slot < voice_slots; ++slot) {
      const bool belongs = slot < speaking && outlet != "mix_minus_" + std::to_string(slot);
      const double level = level_of(sound, voice_hz(slot));
      constexpr double silent = tone_db - 40;
      if (belongs ? std::abs(level - tone_db) < 1 : level < silent) continue;
      return Error{"wrong_output", outlet + " has voice " + std::to_string(slot) + " at " +
                                       std::to_string(std::lround(level)) + " dB"};
    }
  }
  return {};
}

}  // namespace

Case mix_video(const gst::Descriptions& descriptions, int tiles) {
  const Rectangle first = places_of(tiles).front();
  return {.description = "mix-video",
          .what = std::to_string(tiles) + (tiles == 1 ? " tile" : " tiles"),
          .kind = Case::Kind::pictures,
          .keeps_own_time = true,
          .start = [tiles, &descriptions]() -> Result<Alone> {
            auto made = mixer::Canvas::create("bench", {canvas, frames_per_second, tile_slots},
                                              descriptions);
            if (!made) return made.error();
            const std::shared_ptr<mixer::Canvas> owner = std::move(*made);
            const auto places = places_of(tiles);
            for (int i = 0; i < tiles; ++i) owner->show(i, places[static_cast<std::size_t>(i)]);
            return Alone{&owner->pipeline(), {"out"}, owner};
          },
          .prove = [tiles](const Alone& alone) { return prove_canvas(alone, tiles); },
          .media = [tiles, first](double seconds) -> Result<std::vector<Entering>> {
            // In each tile another picture at any time, so that no tile finds another's in the
            // cache.
            std::vector<Entering> entering;
            for (int i = 0; i < tiles; ++i) {
              const Media second = numbered_pictures(first.size(), frames_per_second, i);
              const int frames = count_of(seconds, camera_rate);
              entering.push_back({tile_name(i), repeated(second, frames, camera_rate)});
            }
            return entering;
          },
          .outlet = "out",
          .read = [first](GstBuffer* buffer) { return number_in(buffer, first); },
          .numbers = frames_per_second};
}

Case mix_audio(const gst::Descriptions& descriptions, int speaking) {
  return {
      .description = "mix-audio",
      .what = std::to_string(speaking) + " of " + std::to_string(voice_slots) + " speak",
      .kind = Case::Kind::sound,
      .keeps_own_time = true,
      .start = [&descriptions]() -> Result<Alone> {
        auto made = mixer::AudioMix::create("bench", voice_slots, descriptions);
        if (!made) return made.error();
        const std::shared_ptr<mixer::AudioMix> owner = std::move(*made);
        Alone alone{&owner->pipeline(), {"programme"}, owner};
        for (int slot = 0; slot < voice_slots; ++slot) {
          alone.outlets.push_back("mix_minus_" + std::to_string(slot));
        }
        return alone;
      },
      .prove = [speaking](const Alone& alone) { return prove_mix(alone, speaking); },
      .media = [speaking](double seconds) -> Result<std::vector<Entering>> {
        std::vector<Entering> entering;
        entering.reserve(static_cast<std::size_t>(speaking));
        for (int slot = 0; slot < speaking; ++slot) {
          // Each at another phase of the mixer's.
          entering.push_back({voice_name(slot), noise(count_of(seconds, sound_frames_per_second)),
                              std::chrono::nanoseconds(20ms) * slot / speaking});
        }
        return entering;
      },
      .outlet = "programme"};
}

}  // namespace tessera::bench
