#include "gst/plane_scaler.h"

#include <benchmark/benchmark.h>

#include <vector>

namespace tessera::gst {
namespace {

// The luma of a camera's picture, to a tile's width.
void scale_luma(benchmark::State& state) {
  const Resolution from{static_cast<int>(state.range(0)),
                        static_cast<int>(state.range(0)) * 9 / 16};
  const Resolution to{static_cast<int>(state.range(1)), static_cast<int>(state.range(1)) * 9 / 16};
  std::vector<std::uint8_t> in(static_cast<std::size_t>(from.width) * from.height, 100);
  std::vector<std::uint8_t> out(static_cast<std::size_t>(to.width) * to.height);
  PlaneScaler scaler(from, to);
  for (auto _ : state) {
    scaler.scale({in.data(), from.width}, {out.data(), to.width});
    benchmark::ClobberMemory();
  }
}
BENCHMARK(scale_luma)->Args({640, 420})->Args({320, 420})->Args({320, 1280})->Args({1280, 420});

}  // namespace
}  // namespace tessera::gst
