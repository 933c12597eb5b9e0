#include "egress/target.h"

#include <glib.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>

#include "base/ref.h"
#include "base/text.h"

namespace tessera::egress {
namespace {

using UriPtr = std::unique_ptr<GUri, FreeWith<g_uri_unref>>;

constexpr int rtmp_port = 1935;
constexpr int rtmps_port = 443;
constexpr std::size_t longest_stream_id = 512;  // libsrt's limit
constexpr std::size_t shortest_passphrase = 10;
constexpr std::size_t longest_passphrase = 79;
constexpr int longest_latency_ms = 10'000;

Error invalid(const std::string& message) { return {"invalid_target", message}; }

std::string text(const char* maybe) { return maybe == nullptr ? "" : maybe; }

// Without its percent signs; nothing if they are wrong.
std::optional<std::string> decoded(const std::string& encoded) {
  const CString plain(g_uri_unescape_string(encoded.c_str(), nullptr));
  if (!plain) return std::nullopt;
  return plain.get();
}

// The stream key is taken as it stands: servers get it that way from everybody else.
Result<RtmpTarget> parse_rtmp(GUri* uri) {
  RtmpTarget target;
  target.has_tls = text(g_uri_get_scheme(uri)) == "rtmps";
  target.host = text(g_uri_get_host(uri));
  if (target.host.empty()) return invalid("The URL names no server.");
  const int port = g_uri_get_port(uri);
  if (port == 0) return invalid("The URL's port is 0.");
  target.port = port > 0 ? port : (target.has_tls ? rtmps_port : rtmp_port);

  const std::string path = text(g_uri_get_path(uri));
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos || slash == 0 || slash + 1 == path.size()) {
    return invalid(
        "An RTMP URL has an application and a stream key: rtmp://server/application/key.");
  }
  target.application = path.substr(1, slash - 1);
  target.stream = path.substr(slash + 1);
  if (const char* query = g_uri_get_query(uri)) target.stream += "?" + std::string(query);
  if (const char* fragment = g_uri_get_fragment(uri)) target.stream += "#" + std::string(fragment);

  const auto user = decoded(text(g_uri_get_user(uri)));
  const auto password = decoded(text(g_uri_get_password(uri)));
  if (!user || !password) return invalid("The URL's user or password isn't encoded rightly.");
  target.user = *user;
  target.password = *password;
  return target;
}

using Parameters = std::map<std::string, std::string, std::less<>>;

Result<Parameters> parse_parameters(std::string_view query) {
  Parameters parameters;
  while (!query.empty()) {
    const auto parts = split(query, '&');
    const std::string_view parameter = parts ? parts->first : query;
    query = parts ? parts->second : "";
    if (parameter.empty()) continue;
    const auto pair = split(parameter, '=');
    const auto value = decoded(std::string(pair ? pair->second : ""));
    if (!pair || !value) return invalid("A parameter of the URL isn't written as name=value.");
    parameters.emplace(pair->first, *value);
  }
  return parameters;
}

Result<void> take_mode(SrtTarget& target, const std::string& value) {
  if (value != "caller" && value != "listener") {
    return invalid("The mode of an SRT URL is caller or listener.");
  }
  target.listens = value == "listener";
  return {};
}

Result<void> take_stream_id(SrtTarget& target, const std::string& value) {
  if (value.size() > longest_stream_id) return invalid("The URL's streamid is too long.");
  target.stream_id = value;
  return {};
}

Result<void> take_passphrase(SrtTarget& target, const std::string& value) {
  if (value.size() < shortest_passphrase || value.size() > longest_passphrase) {
    return invalid("The passphrase of an SRT URL has 10 to 79 characters.");
  }
  target.passphrase = value;
  return {};
}

Result<void> take_key_length(SrtTarget& target, const std::string& value) {
  if (value != "16" && value != "24" && value != "32") {
    return invalid("The pbkeylen of an SRT URL is 16, 24 or 32.");
  }
  target.key_length = *number_from(value);
  return {};
}

Result<void> take_latency(SrtTarget& target, const std::string& value) {
  const auto latency = number_from(value);
  if (!latency || *latency < 0 || *latency > longest_latency_ms) {
    return invalid("The latency of an SRT URL is 0 to 10000, in milliseconds.");
  }
  target.latency_ms = *latency;
  return {};
}

Result<void> take_parameter(SrtTarget& target, const std::string& name, const std::string& value) {
  using Take = Result<void> (*)(SrtTarget&, const std::string&);
  static const std::map<std::string, Take, std::less<>> known = {{"mode", take_mode},
                                                                 {"streamid", take_stream_id},
                                                                 {"passphrase", take_passphrase},
                                                                 {"pbkeylen", take_key_length},
                                                                 {"latency", take_latency}};
  const auto take = known.find(name);
  if (take != known.end()) return take->second(target, value);
  return invalid("An SRT URL's parameters are mode, streamid, passphrase, pbkeylen and latency.");
}

Result<SrtTarget> parse_srt(GUri* uri) {
  if (g_uri_get_fragment(uri) != nullptr) return invalid("Write # as %23 in an SRT URL.");
  SrtTarget target;
  target.host = text(g_uri_get_host(uri));
  target.port = g_uri_get_port(uri);
  if (target.port <= 0) return invalid("An SRT URL names a port: srt://server:port.");
  const auto parameters = parse_parameters(text(g_uri_get_query(uri)));
  if (!parameters) return parameters.error();
  for (const auto& [name, value] : *parameters) {
    const Result<void> taken = take_parameter(target, name, value);
    if (!taken) return taken.error();
  }
  if (target.host.empty() && !target.listens) return invalid("The URL names no server.");
  return target;
}

}  // namespace

std::string in_brackets_if_ipv6(const std::string& host) {
  return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

Result<Target> Target::parse(const std::string& url) {
  const auto is_blank = [](char byte) { return byte == ' ' || g_ascii_iscntrl(byte); };
  if (std::ranges::any_of(url, is_blank)) return invalid("There is a space in the URL.");
  // Relaxed, as stream keys may hold anything; encoded, as what they hold is the server's business.
  constexpr auto flags =
      GUriFlags(G_URI_FLAGS_PARSE_RELAXED | G_URI_FLAGS_HAS_PASSWORD | G_URI_FLAGS_ENCODED);
  const UriPtr uri(g_uri_parse(url.c_str(), flags, nullptr));
  if (!uri) return invalid("This isn't a URL.");
  const std::string scheme = text(g_uri_get_scheme(uri.get()));
  if (scheme == "rtmp" || scheme == "rtmps") {
    auto rtmp = parse_rtmp(uri.get());
    if (!rtmp) return rtmp.error();
    return Target(std::move(*rtmp));
  }
  if (scheme == "srt") {
    auto srt = parse_srt(uri.get());
    if (!srt) return srt.error();
    return Target(std::move(*srt));
  }
  return invalid("The URL begins with none of rtmp://, rtmps:// and srt://.");
}

std::string Target::display() const {
  if (const RtmpTarget* target = rtmp()) {
    const int usual_port = target->has_tls ? rtmps_port : rtmp_port;
    const std::string port = target->port == usual_port ? "" : ":" + std::to_string(target->port);
    return (target->has_tls ? "rtmps://" : "rtmp://") + in_brackets_if_ipv6(target->host) + port +
           "/" + target->application + "/…";
  }
  return "srt://" + in_brackets_if_ipv6(srt()->host) + ":" + std::to_string(srt()->port) +
         (srt()->listens ? "?mode=listener" : "");
}

std::vector<std::string> Target::secrets() const {
  std::vector<std::string> secrets;
  const auto add = [&](const std::string& secret) {
    if (secret.empty()) return;
    secrets.push_back(secret);
    if (const auto plain = decoded(secret); plain && *plain != secret) secrets.push_back(*plain);
  };
  if (const RtmpTarget* target = rtmp()) {
    add(target->stream);
    // A server may name the stream without its parameters.
    if (const auto parts = split(target->stream, '?')) add(std::string(parts->first));
    add(target->password);
  } else {
    add(srt()->stream_id);
    add(srt()->passphrase);
  }
  return secrets;
}

}  // namespace tessera::egress
