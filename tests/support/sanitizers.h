#pragma once

#include <cstdlib>

namespace tessera::test {

// Whether this was built with a sanitizer: it is several times as slow then, larger, and has files
// and memory of its own.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool is_sanitized = true;
#else
inline constexpr bool is_sanitized = false;
#endif

// How many times as long something may take, or how much less of it may come, than without.
inline constexpr int slowness = is_sanitized ? 3 : 1;

// Whether speed is the speed of a tool: of a sanitizer, or of GStreamer's leak tracer, which counts
// each buffer under one lock.
inline const bool is_slowed = is_sanitized || std::getenv("GST_TRACERS") != nullptr;

}  // namespace tessera::test
