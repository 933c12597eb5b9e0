#include "signalling/web_client.h"

#include <glib.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "base/ref.h"

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

}  // namespace

WebClient::WebClient(const fs::path& folder) {
  std::error_code error;
  folder_ = fs::canonical(folder, error);
}

std::optional<WebFile> WebClient::find(std::string_view path) const {
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

  std::ifstream stream(file, std::ios::binary);
  if (!stream) return std::nullopt;
  std::string content{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  const CString hash(g_compute_checksum_for_data(
      G_CHECKSUM_SHA256, reinterpret_cast<const guchar*>(content.data()), content.size()));
  return WebFile{std::string(content_type), std::move(content),
                 '"' + std::string(hash.get()).substr(0, 32) + '"'};
}

}  // namespace tessera::signalling
