#include "ingest/source.h"

#include <glib.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "base/ref.h"
#include "base/text.h"

namespace tessera::ingest {
namespace {

namespace fs = std::filesystem;

using UriPtr = std::unique_ptr<GUri, FreeWith<g_uri_unref>>;

constexpr std::size_t longest_address = 4096;

constexpr std::array<std::string_view, 5> srt_parameters = {"mode", "streamid", "passphrase",
                                                            "pbkeylen", "latency"};

Error invalid(std::string message) { return {"invalid_source", std::move(message)}; }

std::optional<Source::Kind> kind_from(std::string_view scheme) {
  static const std::map<std::string_view, Source::Kind> kinds = {
      {"http", Source::Kind::http}, {"https", Source::Kind::http}, {"rtsp", Source::Kind::rtsp},
      {"srt", Source::Kind::srt},   {"rtsps", Source::Kind::rtsp}, {"rtmp", Source::Kind::rtmp},
      {"file", Source::Kind::file}, {"rtmps", Source::Kind::rtmp}};
  const auto found = kinds.find(scheme);
  return found == kinds.end() ? std::nullopt : std::optional(found->second);
}

// In lower case; empty without one.
std::string scheme_of(const std::string& address) {
  const CString scheme(g_uri_parse_scheme(address.c_str()));
  if (!scheme) return "";
  return CString(g_ascii_strdown(scheme.get(), -1)).get();
}

bool lies_in(const fs::path& file, const fs::path& folder) {
  const auto [end, where] = std::ranges::mismatch(folder, file);
  return end == folder.end() && where != file.end();
}

// From the text of a file's address, its scheme included or not.
std::optional<fs::path> path_from(std::string_view text, bool has_scheme) {
  if (!has_scheme) return fs::path(text);
  text.remove_prefix(std::string_view("file:").size());
  if (text.starts_with("//")) text.remove_prefix(2);
  const CString plain(g_uri_unescape_segment(text.data(), text.data() + text.size(), nullptr));
  return plain ? std::optional<fs::path>(plain.get()) : std::nullopt;
}

Result<Source> read_file_source(const fs::path& named, const fs::path& media_folder) {
  if (media_folder.empty()) {
    return invalid("This server has no media folder, so it can't play files.");
  }
  std::error_code error;
  const fs::path folder = fs::canonical(media_folder, error);
  if (error) return Error{"source_not_found", "The media folder isn't there."};
  const Error outside = invalid("Only files in the media folder can be played.");
  const fs::path wanted = (folder / named).lexically_normal();
  const bool is_plausible = lies_in(wanted, folder) ||
                            lies_in(wanted, fs::absolute(media_folder, error).lexically_normal());
  if (!is_plausible) return outside;
  const fs::path file = fs::canonical(wanted, error);
  if (error) return Error{"source_not_found", "There is no such file in the media folder."};
  if (!lies_in(file, folder)) return outside;
  if (!fs::is_regular_file(file, error)) return invalid("This isn't a file that can be played.");

  Source source;
  source.uri = file.string();
  source.display = "file:" + file.lexically_relative(folder).string();
  return source;
}

std::string plain(const char* text) {
  if (text == nullptr) return "";
  const CString unescaped(g_uri_unescape_string(text, nullptr));
  return unescaped ? unescaped.get() : "";
}

// Takes the passphrase out of an SRT address's query. Error: it would listen, not call.
Result<std::string> read_srt_query(std::string_view query, Source& source) {
  std::string rest;
  while (!query.empty()) {
    const auto parts = split(query, '&');
    const std::string_view item = parts ? parts->first : query;
    query = parts ? parts->second : std::string_view();
    const auto [name, value] = split(item, '=').value_or(std::pair(item, std::string_view()));
    // As GStreamer will read it.
    const std::string key = plain(std::string(name).c_str());
    if (std::ranges::find(srt_parameters, key) == srt_parameters.end()) {
      return invalid(
          "An SRT source's parameters are mode, streamid, passphrase, pbkeylen and latency.");
    }
    if (key == "passphrase") {
      source.passphrase = plain(std::string(value).c_str());
      continue;
    }
    if (key == "mode" && plain(std::string(value).c_str()) != "caller") {
      return invalid("An SRT source has to be one that can be called (mode=caller).");
    }
    rest += (rest.empty() ? "" : "&") + std::string(item);
  }
  return rest;
}

Result<Source> read_network_source(const std::string& address, Source::Kind kind) {
  const auto flags = GUriFlags(G_URI_FLAGS_HAS_PASSWORD | G_URI_FLAGS_ENCODED);
  const UriPtr uri(g_uri_parse(address.c_str(), flags, nullptr));
  const char* host = uri ? g_uri_get_host(uri.get()) : nullptr;
  if (host == nullptr || *host == '\0') return invalid("This address names no host.");

  Source source;
  source.kind = kind;
  source.user = plain(g_uri_get_user(uri.get()));
  source.password = plain(g_uri_get_password(uri.get()));
  const char* given = g_uri_get_query(uri.get());
  std::string query = given != nullptr ? given : "";
  if (kind == Source::Kind::srt) {
    Result<std::string> rest = read_srt_query(query, source);
    if (!rest) return rest.error();
    query = std::move(*rest);
  }
  const auto text = [&](const std::string& with_query) {
    return std::string(
        CString(g_uri_join(flags, g_uri_get_scheme(uri.get()), nullptr, host,
                           g_uri_get_port(uri.get()), g_uri_get_path(uri.get()),
                           with_query.empty() ? nullptr : with_query.c_str(), nullptr))
            .get());
  };
  source.uri = text(query);
  source.display = text("");
  source.secrets = {source.password, source.passphrase, query};
  // The end of an RTMP address's path is the stream's key.
  if (kind == Source::Kind::rtmp) {
    const std::size_t slash = source.display.rfind('/');
    source.secrets.push_back(source.display.substr(slash + 1));
    source.display = source.display.substr(0, slash + 1) + "…";
  }
  std::erase(source.secrets, "");
  return source;
}

}  // namespace

Result<Source> read_source(const std::string& address, const fs::path& media_folder) {
  const bool has_controls =
      std::ranges::any_of(address, [](char c) { return static_cast<unsigned char>(c) < ' '; });
  if (address.empty() || address.size() > longest_address || has_controls) {
    return invalid("This is no address of a source.");
  }
  const std::string scheme = scheme_of(address);
  const auto kind = scheme.empty() ? Source::Kind::file : kind_from(scheme);
  if (!kind) {
    return invalid(
        "A source is a file, or an address of http, https, rtsp, rtsps, rtmp, rtmps or "
        "srt.");
  }
  if (*kind != Source::Kind::file) return read_network_source(address, *kind);
  const auto path = path_from(address, !scheme.empty());
  if (!path || path->empty()) return invalid("This is no name of a file.");
  return read_file_source(*path, media_folder);
}

}  // namespace tessera::ingest
