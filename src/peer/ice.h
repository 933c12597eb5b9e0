#pragma once

#include <gst/gst.h>

#include <string>
#include <vector>

#include "base/result.h"

namespace tessera::peer {

// How a server reaches its clients (ICE, RFC 8445).
struct IceOptions {
  std::string stun_server = {};  // "stun://host:port"; empty: none.
  // "turn://user:password@host:port", escaped as in a URI.
  std::vector<std::string> turn_servers = {};
  std::vector<std::string> addresses = {};  // Local addresses to gather on; empty: all of them,
  bool with_loopback = false;               // with those of the loopback or without.
  int lowest_port = 0;                      // 0: any.
  int highest_port = 0;
};

// Sets up webrtcbin's agent; before negotiation.
void configure_ice(GstElement* webrtc, const IceOptions& options);

// Checks a candidate of a client, "candidate:…" (RFC 8839, section 5.1). Error:
// `invalid_candidate`. The value says whether it is of use: names (mDNS or other) are not looked up
// for a stranger, TCP is off, and link-local addresses can't be reached.
Result<bool> check_candidate(const std::string& candidate);

}  // namespace tessera::peer
