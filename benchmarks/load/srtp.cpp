#include "load/srtp.h"

#include <stdexcept>

namespace tessera::bench {
namespace {

void start_library() {
  static const bool started = srtp_init() == srtp_err_status_ok;
  if (!started) throw std::runtime_error("libsrtp doesn't start.");
}

}  // namespace

Srtp::Srtp(Direction direction, const std::vector<std::uint8_t>& key) {
  start_library();
  srtp_policy_t policy = {};
  srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtp);
  srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtcp);
  policy.ssrc.type = direction == Direction::sending ? ssrc_any_outbound : ssrc_any_inbound;
  std::vector<std::uint8_t> own_key = key;
  policy.key = own_key.data();
  policy.window_size = 1024;
  policy.allow_repeat_tx = 1;
  if (srtp_create(&session_, &policy) != srtp_err_status_ok) {
    throw std::runtime_error("No SRTP session with these keys.");
  }
}

Srtp::~Srtp() { srtp_dealloc(session_); }

std::optional<std::size_t> Srtp::protect(std::span<std::uint8_t> room, std::size_t size,
                                         bool is_rtcp) {
  int length = static_cast<int>(size);
  const auto status = is_rtcp ? srtp_protect_rtcp(session_, room.data(), &length)
                              : srtp_protect(session_, room.data(), &length);
  if (status != srtp_err_status_ok) return std::nullopt;
  return static_cast<std::size_t>(length);
}

std::optional<std::size_t> Srtp::unprotect(std::span<std::uint8_t> packet, bool is_rtcp) {
  int length = static_cast<int>(packet.size());
  const auto status = is_rtcp ? srtp_unprotect_rtcp(session_, packet.data(), &length)
                              : srtp_unprotect(session_, packet.data(), &length);
  if (status != srtp_err_status_ok) return std::nullopt;
  return static_cast<std::size_t>(length);
}

}  // namespace tessera::bench
