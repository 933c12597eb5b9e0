#pragma once

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

}  // namespace tessera::test
