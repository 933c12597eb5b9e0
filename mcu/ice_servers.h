#pragma once

#include <string>

namespace tessera::mcu {

// RFC 7064
struct StunServer {
  std::string host;  // a name or an address, IPv6 in brackets
  int port = 3478;

  std::string uri() const;            // for browsers: "stun:host:port"
  std::string gstreamer_uri() const;  // for webrtcbin: "stun://host:port"
};

// RFC 7065
struct TurnServer {
  bool tls = false;
  std::string host;
  int port = 3478;
  std::string transport = "udp";  // or "tcp"
  std::string username;
  std::string credential;  // A secret.

  // "turn:host:port?transport=udp": what a browser is given together with name and credential.
  std::string uri() const;
  // "turn://user:password@host:port?transport=udp", escaped, for webrtcbin. A secret.
  std::string gstreamer_uri() const;
};

}  // namespace tessera::mcu
