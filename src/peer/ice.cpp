#include "peer/ice.h"

#include <gio/gio.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <sstream>

#include "base/log.h"
#include "base/text.h"
#include "gst/ref.h"
#include "peer/object_property.h"

namespace tessera::peer {
namespace {

// For component, priority and port of a candidate.
bool is_number(const std::string& text, std::uint64_t lowest, std::uint64_t highest) {
  const auto number = number_from<std::uint64_t>(text);
  return number && *number >= lowest && *number <= highest;
}

// Whether packets could be sent to that address from here.
bool is_reachable(const std::string& text) {
  const auto address = gst::Ref<GInetAddress>::adopt(g_inet_address_new_from_string(text.c_str()));
  return address && !g_inet_address_get_is_link_local(address.get()) &&
         !g_inet_address_get_is_multicast(address.get()) &&
         !g_inet_address_get_is_any(address.get());
}

// The machine's addresses as they are now, with the loopback's and without link-local ones.
std::vector<std::string> local_addresses() {
  ifaddrs* first = nullptr;
  if (getifaddrs(&first) != 0) return {};
  std::vector<std::string> addresses;
  for (const ifaddrs* at = first; at != nullptr; at = at->ifa_next) {
    const int family = at->ifa_addr != nullptr ? at->ifa_addr->sa_family : AF_UNSPEC;
    if (family != AF_INET && family != AF_INET6) continue;
    const socklen_t length = family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
    std::array<char, NI_MAXHOST> text = {};
    const int failed =
        getnameinfo(at->ifa_addr, length, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST);
    if (failed == 0 && is_reachable(text.data())) addresses.emplace_back(text.data());
  }
  freeifaddrs(first);
  return addresses;
}

}  // namespace

void configure_ice(GstElement* webrtc, const IceOptions& options) {
  if (!options.stun_server.empty()) {
    g_object_set(webrtc, "stun-server", options.stun_server.c_str(), nullptr);
  }
  for (const std::string& server : options.turn_servers) {
    gboolean added = FALSE;
    g_signal_emit_by_name(webrtc, "add-turn-server", server.c_str(), &added);
    // Not the server's name: it holds a password.
    if (added == FALSE) log("peer").error("a TURN server can't be used");
  }
  const auto ice = object_property<GObject>(webrtc, "ice-agent");
  if (options.highest_port > 0) {
    g_object_set(ice.get(), "min-rtp-port", static_cast<guint>(options.lowest_port), "max-rtp-port",
                 static_cast<guint>(options.highest_port), nullptr);
  }
  // An agent that is left to itself leaves the loopback out.
  const bool find_all = options.addresses.empty() && options.with_loopback;
  for (const std::string& address : find_all ? local_addresses() : options.addresses) {
    gboolean added = FALSE;
    g_signal_emit_by_name(ice.get(), "add-local-ip-address", address.c_str(), &added);
    if (added == FALSE) log("peer").error("an ICE address can't be used address={}", address);
  }
  const auto agent = object_property<GObject>(ice.get(), "agent");
  // Without conncheck keep-alives libnice never notices that the other side has gone.
  g_object_set(agent.get(), "ice-tcp", FALSE, "upnp", FALSE, "keepalive-conncheck", TRUE, nullptr);
}

Result<bool> check_candidate(const std::string& candidate) {
  // candidate:foundation component transport priority address port "typ" type …  (RFC 8839,
  // section 5.1)
  const Error invalid{"invalid_candidate", "That isn't an ICE candidate."};
  if (candidate.size() > 1024 ||
      std::ranges::any_of(candidate, [](unsigned char c) { return c < 0x20 || c >= 0x7f; })) {
    return invalid;
  }
  std::istringstream words(candidate);
  std::array<std::string, 8> fields;
  for (std::string& field : fields) words >> field;
  const auto& [foundation, component, transport, priority, address, port, typ, type] = fields;
  const bool is_valid = foundation.starts_with("candidate:") && foundation.size() > 10 &&
                        is_number(component, 1, 256) && is_number(priority, 0, 0xffffffff) &&
                        is_number(port, 0, 65535) && typ == "typ" && !type.empty();
  if (!is_valid) return invalid;
  // RTP and RTCP share component 1; ICE over TCP is off.
  const bool is_udp = g_ascii_strcasecmp(transport.c_str(), "udp") == 0;
  return component == "1" && is_udp && port != "0" && is_reachable(address);
}

}  // namespace tessera::peer
