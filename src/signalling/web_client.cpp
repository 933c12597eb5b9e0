#include "signalling/web_client.h"

#include <algorithm>
#include <array>
#include <system_error>
#include <utility>

namespace tessera::signalling {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::pair<std::string_view, std::string_view>, 7> content_types = {
    {{".html", "text/html; charset=utf-8"},
     {".js", "text/javascript; charset=utf-8"},
     {".css", "text/css; charset=utf-8"},
     {".svg", "image/svg+xml"},
     {".png", "image/png"},
     {".ico", "image/x-icon"},
     {".webmanifest", "application/manifest+json"}}};

std::string_view content_type_of(const fs::path& file) {
  const std::string extension = file.extension().string();
  const auto* const found = std::ranges::find(
      content_types, extension, &std::pair<std::string_view, std::string_view>::first);
  return found == content_types.end() ? std::string_view() : found->second;
}

bool may_be_served(const fs::path& below_folder) {
  return std::ranges::all_of(below_folder, [](const fs::path& part) {
    const std::string name = part.string();
    return !name.starts_with('.') && name != "node_modules";
  });
}

// Null if it can't be read.
Ref<GBytes> read(const fs::path& file) {
  gchar* content = nullptr;
  gsize size = 0;
  if (!g_file_get_contents(file.c_str(), &content, &size, nullptr)) return nullptr;
  return Ref<GBytes>::adopt(g_bytes_new_take(content, size));
}

std::string etag_of(GBytes* content) {
  const CString hash(g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, content));
  return '"' + std::string(hash.get()).substr(0, 32) + '"';
}

}  // namespace

WebClient::WebClient(const fs::path& folder) {
  std::error_code error;
  folder_ = fs::canonical(folder, error);
}

std::optional<WebFile> WebClient::find(std::string_view path) {
  if (!path.starts_with('/') || path.find('\0') != std::string_view::npos) return std::nullopt;
  path.remove_prefix(1);
  const fs::path asked(path.empty() ? "index.html" : path);
  const std::string_view content_type = content_type_of(asked);
  if (content_type.empty() || asked.is_absolute() || !may_be_served(asked)) return std::nullopt;

  // A link must not lead out of the folder either.
  std::error_code error;
  const fs::path file = fs::canonical(folder_ / asked, error);
  if (error || !fs::is_regular_file(file, error)) return std::nullopt;
  const fs::path inside = file.lexically_relative(folder_);
  if (inside.empty() || !may_be_served(inside)) return std::nullopt;

  const Kept* kept = keep(file);
  if (kept == nullptr) return std::nullopt;
  return WebFile{std::string(content_type), kept->content, kept->etag};
}

std::optional<WebClient::Version> WebClient::version_of(const fs::path& file) {
  std::error_code error;
  const fs::file_time_type modified = fs::last_write_time(file, error);
  if (error) return std::nullopt;
  const std::uintmax_t size = fs::file_size(file, error);
  if (error) return std::nullopt;
  return Version{modified, size};
}

// What the file holds now; null if it can't be read.
const WebClient::Kept* WebClient::keep(const fs::path& file) {
  // Before the content: what is written meanwhile is read the next time.
  const std::optional<Version> version = version_of(file);
  if (!version) return nullptr;
  Kept& kept = kept_[file];
  if (!kept.content || kept.version != *version) {
    kept.content = read(file);
    if (!kept.content) return nullptr;
    kept.etag = etag_of(kept.content.get());
    kept.version = *version;
  }
  return &kept;
}

}  // namespace tessera::signalling
