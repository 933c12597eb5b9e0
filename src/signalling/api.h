#pragma once

#include <libsoup/soup.h>

#include <string>
#include <string_view>

#include "base/allowance.h"
#include "signalling/studio.h"

namespace tessera::signalling {

// The operator's HTTP API: what goes out of a room (broadcasts, recordings, HLS), what is played
// into it, and pictures of it (README.md, "API"). For whoever has the host key.
//
// On the control thread.
class Api {
 public:
  Api(Studio& studio, std::string host_key);

  // Answers a request for anything from /api on; `path` is what follows.
  void handle(SoupServerMessage* message, std::string_view path);

 private:
  bool is_host(SoupServerMessage* message);
  void log_wrong_key(SoupServerMessage* message);
  void handle_outputs(SoupServerMessage* message, const std::string& room, const std::string& id);
  void handle_sources(SoupServerMessage* message, const std::string& room, const std::string& id);
  void start_output(SoupServerMessage* message, const std::string& room);
  void change_output(SoupServerMessage* message, const std::string& room, const std::string& id);
  void add_source(SoupServerMessage* message, const std::string& room);
  void change_source(SoupServerMessage* message, const std::string& room, const std::string& id);
  void send_snapshot(SoupServerMessage* message, const std::string& room);

  Studio& studio_;
  const std::string host_key_;
  Allowance wrong_keys_logged_{1, 1};
};

}  // namespace tessera::signalling
