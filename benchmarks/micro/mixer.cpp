#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "mixer/layout.h"
#include "mixer/stage.h"
#include "mixer/voice_slots.h"

namespace tessera::mixer {
namespace {

using std::chrono::milliseconds;

constexpr int members = 300;
constexpr int tile_slots = 25;
constexpr int voice_slots = 8;

std::vector<ParticipantId> everybody() {
  std::vector<ParticipantId> ids;
  ids.reserve(members);
  for (int i = 0; i < members; ++i) ids.push_back("participant-" + std::to_string(i));
  return ids;
}

void lay_out_a_grid(benchmark::State& state) {
  const int count = static_cast<int>(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(grid(count, {1280, 720}, 4));
}
BENCHMARK(lay_out_a_grid)->DenseRange(1, 25);

// Everybody says a word in turn, so that most speak from off stage.
void stage_hears_300_in_turn(benchmark::State& state) {
  const auto ids = everybody();
  Stage stage(tile_slots);
  for (const ParticipantId& id : ids) stage.add(id);
  TimePoint now{std::chrono::hours(1)};
  std::size_t next = 0;
  for (auto _ : state) {
    now += milliseconds(100);
    benchmark::DoNotOptimize(stage.spoke(ids[next++ % ids.size()], now));
  }
}
BENCHMARK(stage_hears_300_in_turn);

// One packet from each in turn; `speaking` of them are loud.
void voice_slots_hear_300(benchmark::State& state) {
  const auto ids = everybody();
  const auto speaking = static_cast<std::size_t>(state.range(0));
  VoiceSlots slots(voice_slots);
  for (const ParticipantId& id : ids) slots.join(id);
  TimePoint now{std::chrono::hours(1)};
  std::size_t next = 0;
  for (auto _ : state) {
    const std::size_t who = next++ % ids.size();
    if (who == 0) now += milliseconds(20);
    benchmark::DoNotOptimize(slots.hear(ids[who], Level{who < speaking ? 30.0 : 90.0}, now));
  }
}
BENCHMARK(voice_slots_hear_300)->ArgName("speaking")->Arg(0)->Arg(3)->Arg(members);

}  // namespace
}  // namespace tessera::mixer
