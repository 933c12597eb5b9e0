#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace tessera::signalling {

struct WebFile {
  std::string content_type;
  std::string content;
  std::string etag;  // Changes with the content (RFC 9110, section 8.8.3).
};

// The page and its parts, out of a folder. Serves what a page is made of and nothing else that may
// lie there: no hidden files, no node_modules, nothing outside the folder.
class WebClient {
 public:
  explicit WebClient(const std::filesystem::path& folder);

  // The file at a decoded path of a URL, "/" being index.html. Nothing if there is none.
  std::optional<WebFile> find(std::string_view path) const;

 private:
  std::filesystem::path folder_;
};

}  // namespace tessera::signalling
