#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/ref.h"
#include "load/bytes.h"

namespace tessera::bench {

// One end of a DTLS 1.2 association that yields the keys for SRTP (RFC 5764). Neither threads nor
// sockets: packets go in by take() and come out through a callback.
class Dtls {
 public:
  enum class Role { client, server };

  // Master key and salt of AES_CM_128_HMAC_SHA1_80, for what this end sends and what it receives.
  struct Keys {
    std::vector<std::uint8_t> sending;
    std::vector<std::uint8_t> receiving;
  };

  Dtls(Role role, std::function<void(Bytes)> send);

  // As a client, sends the first flight.
  void start();
  void take(Bytes packet);
  // Sends again what wasn't answered in time; to be called several times a second until done.
  void retransmit();

  // Once the handshake is done.
  const std::optional<Keys>& keys() const { return keys_; }
  // Of the other end's certificate, once the handshake is done: as RFC 8122 writes it.
  std::string peer_fingerprint() const;
  // Of the certificate that every connection of this process shows.
  static const std::string& fingerprint();

 private:
  void proceed();

  Role role_;
  std::function<void(Bytes)> send_;
  std::unique_ptr<SSL, FreeWith<SSL_free>> ssl_;
  std::optional<Keys> keys_;
};

}  // namespace tessera::bench
