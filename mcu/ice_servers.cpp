#include "mcu/ice_servers.h"

#include <gio/gio.h>

#include "base/ref.h"

namespace tessera::mcu {
namespace {

std::string escaped(const std::string& text) {
  const CString uri(g_uri_escape_string(text.c_str(), nullptr, TRUE));
  return uri.get();
}

}  // namespace

std::string StunServer::uri() const { return "stun:" + host + ":" + std::to_string(port); }

std::string StunServer::gstreamer_uri() const {
  return "stun://" + host + ":" + std::to_string(port);
}

std::string TurnServer::uri() const {
  return (tls ? "turns:" : "turn:") + host + ":" + std::to_string(port) + "?transport=" + transport;
}

std::string TurnServer::gstreamer_uri() const {
  return (tls ? "turns://" : "turn://") + escaped(username) + ":" + escaped(credential) + "@" +
         host + ":" + std::to_string(port) + "?transport=" + transport;
}

}  // namespace tessera::mcu
