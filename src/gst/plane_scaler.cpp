#include "gst/plane_scaler.h"

#include <libyuv/planar_functions.h>
#include <libyuv/scale.h>

#include <algorithm>
#include <cstddef>

#if defined(__x86_64__)
#include <tmmintrin.h>
#endif

namespace tessera::gst {
namespace {

constexpr int taken = 16;
constexpr int made = 8;

// Where the centre of a pixel comes from, in 65536ths, among `from` pixels that become `to`.
std::int64_t source_of(int pixel, int from, int to) {
  const std::int64_t centre = ((2 * std::int64_t{pixel} + 1) * from * 65536) / (2 * to) - 32768;
  return std::clamp(centre, std::int64_t{0}, std::int64_t{from - 1} * 65536);
}

int whole(std::int64_t place) { return static_cast<int>(place >> 16); }

bool can_take_eight() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("ssse3") != 0;
#else
  return false;
#endif
}

}  // namespace

PlaneScaler::PlaneScaler(Resolution from, Resolution to) : from_(from), to_(to) {
  const bool one_size = from == to;
  if (can_take_eight() && !one_size && from.width >= taken && to.width >= made) plan_eights();
  if (!eights_.empty()) line_.resize(static_cast<std::size_t>(from.width));
}

// Nothing if eight pixels come from more than sixteen: a line becomes little more than half as
// long, or less.
void PlaneScaler::plan_eights() {
  for (int start = 0; start < to_.width; start += made) {
    Eight eight{};
    eight.to = std::min(start, to_.width - made);
    eight.from = std::min(whole(source_of(eight.to, from_.width, to_.width)), from_.width - taken);
    for (int i = 0; i < made; ++i) {
      const std::int64_t place = source_of(eight.to + i, from_.width, to_.width);
      const int left = whole(place) - eight.from;
      const int right = std::min(whole(place) + 1, from_.width - 1) - eight.from;
      if (right >= taken) return eights_.clear();
      const int weight = static_cast<int>((place & 0xffff) >> 10);
      const std::size_t pair = 2 * static_cast<std::size_t>(i);
      eight.pairs[pair] = static_cast<std::uint8_t>(left);
      eight.pairs[pair + 1] = static_cast<std::uint8_t>(right);
      eight.weights[pair] = static_cast<std::int8_t>(64 - weight);
      eight.weights[pair + 1] = static_cast<std::int8_t>(weight);
    }
    eights_.push_back(eight);
  }
}

void PlaneScaler::scale(Plane from, Plane to) {
  if (eights_.empty()) {
    libyuv::ScalePlane(from.data, from.stride, from_.width, from_.height, to.data, to.stride,
                       to_.width, to_.height, libyuv::kFilterBox);
    return;
  }
  for (int y = 0; y < to_.height; ++y) {
    const std::int64_t place = source_of(y, from_.height, to_.height);
    const std::uint8_t* line = from.data + std::ptrdiff_t{whole(place)} * from.stride;
    if (const int weight = static_cast<int>((place & 0xffff) >> 8); weight != 0) {
      libyuv::InterpolatePlane(line, 0, line + from.stride, 0, line_.data(), 0, from_.width, 1,
                               weight);
      line = line_.data();
    }
    scale_line(line, to.data + std::ptrdiff_t{y} * to.stride);
  }
}

#if defined(__x86_64__)
__attribute__((target("ssse3"))) void PlaneScaler::scale_line(const std::uint8_t* from,
                                                              std::uint8_t* to) const {
  const auto load = [](const auto& sixteen) {
    return _mm_load_si128(reinterpret_cast<const __m128i*>(sixteen.data()));
  };
  for (const Eight& eight : eights_) {
    const __m128i source = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + eight.from));
    const __m128i pairs = _mm_shuffle_epi8(source, load(eight.pairs));
    const __m128i sums = _mm_maddubs_epi16(pairs, load(eight.weights));
    const __m128i rounded = _mm_srli_epi16(_mm_add_epi16(sums, _mm_set1_epi16(32)), 6);
    _mm_storel_epi64(reinterpret_cast<__m128i*>(to + eight.to), _mm_packus_epi16(rounded, rounded));
  }
}
#else
void PlaneScaler::scale_line(const std::uint8_t*, std::uint8_t*) const {}
#endif

}  // namespace tessera::gst
