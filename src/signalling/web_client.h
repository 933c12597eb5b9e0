#pragma once

#include <glib.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/ref.h"

namespace tessera::signalling {

struct WebFile {
  std::string content_type;
  Ref<GBytes> content;  // Shared by all who get it.
  std::string etag;     // Changes with the content (RFC 9110, section 8.8.3).
};

// The page and its parts, out of a folder. Serves what a page is made of and nothing else that may
// lie there: no hidden files, no node_modules, nothing outside the folder.
//
// Keeps in memory what was asked for, and reads it again only when the file was changed: reading
// and hashing a picture takes milliseconds, and every request is answered on the control thread.
class WebClient {
 public:
  explicit WebClient(const std::filesystem::path& folder);

  // The file at a decoded path of a URL, "/" being index.html. Nothing if there is none.
  std::optional<WebFile> find(std::string_view path);

 private:
  struct Version {
    std::filesystem::file_time_type modified;
    std::uintmax_t size;
    bool operator==(const Version&) const = default;
  };
  struct Kept {
    Version version;
    Ref<GBytes> content;
    std::string etag;
  };

  static std::optional<Version> version_of(const std::filesystem::path& file);
  const Kept* keep(const std::filesystem::path& file);

  std::filesystem::path folder_;
  std::map<std::filesystem::path, Kept> kept_;
};

}  // namespace tessera::signalling
