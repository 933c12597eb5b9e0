#include "mcu/option_values.h"

#include <gio/gio.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>
#include <utility>

#include "base/log.h"
#include "base/ref.h"
#include "base/text.h"

namespace tessera::mcu {
namespace {

bool is_ip_address(const std::string& text) { return g_hostname_is_ip_address(text.c_str()); }

struct HostAndPort {
  std::string host;
  int port = 3478;
};

// "host", "host:port", "[IPv6]" or "[IPv6]:port".
std::optional<HostAndPort> host_and_port(const std::string& text) {
  HostAndPort result;
  size_t end = 0;
  if (text.starts_with('[')) {
    end = text.find(']');
    if (end == std::string::npos || !is_ip_address(text.substr(1, end - 1))) return std::nullopt;
    ++end;
  } else {
    const auto belongs = [](char c) { return g_ascii_isalnum(c) || c == '-' || c == '.'; };
    end = std::ranges::find_if_not(text, belongs) - text.begin();
    if (end == 0) return std::nullopt;
  }
  result.host = text.substr(0, end);
  if (end == text.size()) return result;
  const auto port = number_from(std::string_view(text).substr(end + 1));
  if (text[end] != ':' || !port || *port < 1 || *port > 65535) return std::nullopt;
  result.port = *port;
  return result;
}

std::optional<std::string> unescaped(const std::string& text) {
  const CString plain(g_uri_unescape_string(text.c_str(), nullptr));
  if (!plain || *plain == 0) return std::nullopt;
  return plain.get();
}

}  // namespace

std::optional<Resolution> resolution_from(const std::string& text) {
  const auto sides = split(text, 'x');
  if (!sides) return std::nullopt;
  const auto width = number_from(sides->first);
  const auto height = number_from(sides->second);
  for (const auto& side : {width, height}) {
    if (!side || *side < 64 || *side > 3840 || *side % 2 != 0) return std::nullopt;
  }
  return Resolution{*width, *height};
}

std::optional<PortRange> port_range_from(const std::string& text) {
  if (text == "0") return PortRange{};
  const auto ends = split(text, '-');
  if (!ends) return std::nullopt;
  const auto lowest = number_from(ends->first);
  const auto highest = number_from(ends->second);
  if (!lowest || !highest || *lowest < 1 || *lowest > *highest || *highest > 65535) {
    return std::nullopt;
  }
  return PortRange{*lowest, *highest};
}

std::optional<StunServer> stun_server_from(const std::string& text) {
  const auto scheme = split(text, ':');
  if (!scheme || scheme->first != "stun") return std::nullopt;
  const auto server = host_and_port(std::string(scheme->second));
  if (!server) return std::nullopt;
  return StunServer{server->host, server->port};
}

std::optional<TurnServer> turn_server_from(const std::string& text) {
  TurnServer turn;
  const auto scheme = split(text, ':');
  if (!scheme || (scheme->first != "turn" && scheme->first != "turns")) return std::nullopt;
  turn.tls = scheme->first == "turns";
  turn.port = turn.tls ? 5349 : 3478;
  turn.transport = turn.tls ? "tcp" : "udp";

  // A password may hold anything but the last @.
  const size_t at = scheme->second.rfind('@');
  if (at == std::string_view::npos) return std::nullopt;
  const auto login = split(scheme->second.substr(0, at), ':');
  if (!login) return std::nullopt;
  const auto username = unescaped(std::string(login->first));
  const auto credential = unescaped(std::string(login->second));
  if (!username || !credential) return std::nullopt;
  turn.username = *username;
  turn.credential = *credential;

  std::string where(scheme->second.substr(at + 1));
  if (const auto query = split(where, '?')) {
    if (query->second != "transport=udp" && query->second != "transport=tcp") return std::nullopt;
    turn.transport = query->second.substr(query->second.size() - 3);
    where = std::string(query->first);
  }
  const auto server = host_and_port(where);
  if (!server) return std::nullopt;
  turn.host = server->host;
  if (where != server->host) turn.port = server->port;
  return turn;
}

// As browsers write it (RFC 6454, section 6.2): in lower case, without the scheme's own port.
std::optional<std::string> origin_from(const std::string& text) {
  std::string origin = text;
  std::ranges::transform(origin, origin.begin(), g_ascii_tolower);
  for (const auto& [scheme, port] :
       {std::pair<std::string, std::string>("http://", ":80"), {"https://", ":443"}}) {
    if (!origin.starts_with(scheme) || !host_and_port(origin.substr(scheme.size()))) continue;
    if (origin.ends_with(port)) origin.resize(origin.size() - port.size());
    return origin;
  }
  return std::nullopt;
}

std::optional<std::string> ip_address_from(const std::string& text) {
  return is_ip_address(text) ? std::optional(text) : std::nullopt;
}

// What a socket can be bound to.
bool is_of_this_machine(const std::string& ip_address) {
  const auto address =
      Ref<GSocketAddress>::adopt(g_inet_socket_address_new_from_string(ip_address.c_str(), 0));
  if (!address) return false;
  const auto socket =
      Ref<GSocket>::adopt(g_socket_new(g_socket_address_get_family(address.get()),
                                       G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, nullptr));
  return socket && g_socket_bind(socket.get(), address.get(), FALSE, nullptr);
}

std::optional<std::filesystem::path> folder_from(const std::string& text) {
  std::error_code error;
  if (!std::filesystem::is_directory(text, error)) return std::nullopt;
  return text;
}

std::optional<std::filesystem::path> path_from(const std::string& text) {
  if (text.empty() || text.find('\0') != std::string::npos) return std::nullopt;
  return text;
}

// RFC 6750, section 2.1.
std::optional<std::string> host_key_from(const std::string& text) {
  const auto fits = [](char c) { return g_ascii_isalnum(c) || std::strchr("._~+/=-", c); };
  if (text.size() < 8 || text.size() > 128 || !std::ranges::all_of(text, fits)) {
    return std::nullopt;
  }
  return text;
}

std::optional<mixer::Fit> fit_from(const std::string& text) {
  if (text == "cover") return mixer::Fit::cover;
  if (text == "contain") return mixer::Fit::contain;
  return std::nullopt;
}

std::optional<std::string> log_level_from(const std::string& text) {
  return std::ranges::find(log_levels, text) != log_levels.end() ? std::optional(text)
                                                                 : std::nullopt;
}

}  // namespace tessera::mcu
