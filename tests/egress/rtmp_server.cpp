#include "egress/rtmp_server.h"

#include <algorithm>
#include <fstream>
#include <stdexcept>

#include "support/wait.h"

namespace tessera::test {
namespace {

namespace fs = std::filesystem;

bool accepts_connections(int port) {
  const auto client = Ref<GSocketClient>::adopt(g_socket_client_new());
  const auto connection = Ref<GSocketConnection>::adopt(g_socket_client_connect_to_host(
      client.get(), "127.0.0.1", static_cast<guint16>(port), nullptr, nullptr));
  return static_cast<bool>(connection);
}

}  // namespace

RtmpServer::RtmpServer() {
  fs::create_directory(folder_.path() / "recordings");
  fs::permissions(folder_.path(), fs::perms::all);
  fs::permissions(folder_.path() / "recordings", fs::perms::all);
  const std::string folder = folder_.path().string();
  std::ofstream(folder_.path() / "nginx.conf")
      << "load_module /usr/lib/nginx/modules/ngx_rtmp_module.so;\n"
         "daemon off;\n"
         "master_process off;\n"
         "error_log stderr notice;\n"
         "pid "
      << folder
      << "/nginx.pid;\n"
         "events {}\n"
         "rtmp {\n"
         "  access_log off;\n"
         "  server {\n"
         "    listen 127.0.0.1:"
      << port_
      << ";\n"
         "    application live { live on; wait_key on; record all; record_unique on; record_path "
      << folder
      << "/recordings; }\n"
         "    application closed { live on; deny publish all; }\n"
         "  }\n"
         "}\n";
}

void RtmpServer::start() {
  const std::string folder = folder_.path().string();
  process_ = std::make_unique<Process>(std::vector<std::string>{
      "nginx", "-p", folder, "-e", "stderr", "-c", folder + "/nginx.conf"});
  if (!wait_until([&] { return process_->has_ended() || accepts_connections(port_); }) ||
      process_->has_ended()) {
    throw std::runtime_error(process_->output());
  }
}

std::vector<fs::path> RtmpServer::recordings(const std::string& key) const {
  std::vector<fs::path> found;
  for (const auto& file : fs::directory_iterator(folder_.path() / "recordings")) {
    if (file.path().filename().string().starts_with(key + "-")) found.push_back(file.path());
  }
  std::ranges::sort(found, {}, [](const fs::path& file) { return fs::last_write_time(file); });
  return found;
}

}  // namespace tessera::test
