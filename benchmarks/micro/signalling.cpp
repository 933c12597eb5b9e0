#include <benchmark/benchmark.h>

#include <string>

#include "signalling/messages.h"

namespace tessera::signalling {
namespace {

const std::string candidate =
    "candidate:842163049 1 udp 1677729535 203.0.113.7 46154 typ srflx raddr 10.0.0.17 rport 46154"
    " generation 0 ufrag EEtu network-cost 999";

void parse_join(benchmark::State& state) {
  const std::string text =
      R"({"type":"join","room":"standup","name":"Ada Lovelace","camera":true,"microphone":true})";
  for (auto _ : state) benchmark::DoNotOptimize(parse(text));
}
BENCHMARK(parse_join);

void parse_candidate(benchmark::State& state) {
  const std::string text =
      R"({"type":"candidate","candidate":")" + candidate + R"(","sdpMLineIndex":0})";
  if (!parse(text)) return state.SkipWithError("the message isn't understood");
  for (auto _ : state) benchmark::DoNotOptimize(parse(text));
}
BENCHMARK(parse_candidate);

void serialize_candidate(benchmark::State& state) {
  const ServerMessage message = Candidate{candidate, 0};
  for (auto _ : state) benchmark::DoNotOptimize(serialize(message));
}
BENCHMARK(serialize_candidate);

void serialize_a_layout_of_25(benchmark::State& state) {
  Layout layout{{1280, 720}, {}};
  for (int row = 0; row < 5; ++row) {
    for (int column = 0; column < 5; ++column) {
      const std::string id = "participant-" + std::to_string(layout.tiles.size());
      layout.tiles.push_back({id, column / 5.0, row / 5.0, 0.1975, 0.1972});
    }
  }
  const ServerMessage message = layout;
  for (auto _ : state) benchmark::DoNotOptimize(serialize(message));
}
BENCHMARK(serialize_a_layout_of_25);

}  // namespace
}  // namespace tessera::signalling
