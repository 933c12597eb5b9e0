#pragma once

#include <srtp2/srtp.h>

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace tessera::bench {

// One direction of SRTP and SRTCP (RFC 3711), AES_CM_128_HMAC_SHA1_80, for all SSRCs.
class Srtp {
 public:
  enum class Direction { sending, receiving };

  // `key`: master key and salt.
  Srtp(Direction direction, const std::vector<std::uint8_t>& key);
  ~Srtp();
  Srtp(const Srtp&) = delete;
  Srtp& operator=(const Srtp&) = delete;

  // What a packet grows by at most when it is protected.
  static constexpr std::size_t trailer = SRTP_MAX_TRAILER_LEN + 4;

  // In place: the span begins with a packet of that size and has room for the trailer. The packet's
  // new size, or nothing if it can't be done (a replayed or forged packet).
  std::optional<std::size_t> protect(std::span<std::uint8_t> room, std::size_t size, bool is_rtcp);
  std::optional<std::size_t> unprotect(std::span<std::uint8_t> packet, bool is_rtcp);

 private:
  srtp_t session_ = nullptr;
};

}  // namespace tessera::bench
