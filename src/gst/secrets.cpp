#include "gst/secrets.h"

#include <mutex>
#include <ranges>
#include <set>

namespace tessera::gst {
namespace {

struct Secrets {
  std::mutex mutex;
  std::set<std::string> texts;
};

// Never destroyed: streaming threads may log while the program ends.
Secrets& secrets() {
  static auto* const secrets = new Secrets;
  return *secrets;
}

}  // namespace

void keep_secret(const std::string& secret) {
  if (secret.empty()) return;
  const std::lock_guard lock(secrets().mutex);
  secrets().texts.insert(secret);
}

std::string without_secrets(std::string text) {
  static const std::string ellipsis = "…";
  const std::lock_guard lock(secrets().mutex);
  // The last first: of two secrets that begin alike the longer one.
  for (const std::string& secret : std::views::reverse(secrets().texts)) {
    for (auto at = text.find(secret); at != std::string::npos;
         at = text.find(secret, at + ellipsis.size())) {
      text.replace(at, secret.size(), ellipsis);
    }
  }
  return text;
}

}  // namespace tessera::gst
