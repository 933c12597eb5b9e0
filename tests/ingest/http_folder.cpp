#include "ingest/http_folder.h"

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace tessera::ingest {
namespace {

std::string type_of(const std::filesystem::path& file) {
  if (file.extension() == ".m3u8") return "application/vnd.apple.mpegurl";
  return file.extension() == ".ts" ? "video/mp2t" : "application/octet-stream";
}

}  // namespace

HttpFolder::HttpFolder(std::filesystem::path folder, const std::string& password)
    : folder_(std::move(folder)),
      password_(password),
      server_(Ref<SoupServer>::adopt(soup_server_new(nullptr, nullptr))) {
  if (!soup_server_listen_local(server_.get(), 0, SOUP_SERVER_LISTEN_IPV4_ONLY, nullptr)) {
    throw std::runtime_error("no port for a web server");
  }
  GSList* uris = soup_server_get_uris(server_.get());
  port_ = g_uri_get_port(static_cast<GUri*>(uris->data));
  g_slist_free_full(uris, [](gpointer uri) { g_uri_unref(static_cast<GUri*>(uri)); });
  soup_server_add_handler(
      server_.get(), nullptr,
      [](SoupServer*, SoupServerMessage* message, const char* path, GHashTable*, gpointer data) {
        static_cast<HttpFolder*>(data)->serve(message, path);
      },
      this, nullptr);
  if (password.empty()) return;
  SoupAuthDomain* domain = soup_auth_domain_basic_new("realm", "films", nullptr);
  soup_auth_domain_add_path(domain, "/");
  soup_auth_domain_basic_set_auth_callback(
      domain,
      [](SoupAuthDomain*, SoupServerMessage*, const char*, const char* given, gpointer data) {
        return gboolean{static_cast<HttpFolder*>(data)->password_ == given};
      },
      this, nullptr);
  soup_server_add_auth_domain(server_.get(), domain);
  const auto given_away = Ref<SoupAuthDomain>::adopt(domain);
}

HttpFolder::~HttpFolder() { soup_server_disconnect(server_.get()); }

std::string HttpFolder::url(const std::string& name, const std::string& user_and_password) const {
  const std::string who = user_and_password.empty() ? "" : user_and_password + "@";
  return "http://" + who + "127.0.0.1:" + std::to_string(port_) + "/" + name;
}

void HttpFolder::serve(SoupServerMessage* message, const char* path) const {
  const std::filesystem::path file = folder_ / (path + 1);
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return soup_server_message_set_status(message, SOUP_STATUS_NOT_FOUND, nullptr);
  const std::string bytes{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  soup_server_message_set_status(message, SOUP_STATUS_OK, nullptr);
  soup_server_message_set_response(message, type_of(file).c_str(), SOUP_MEMORY_COPY, bytes.data(),
                                   bytes.size());
}

}  // namespace tessera::ingest
