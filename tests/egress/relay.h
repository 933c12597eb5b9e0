#pragma once

#include <gio/gio.h>

#include <condition_variable>
#include <mutex>

#include "base/ref.h"

namespace tessera::test {

// Stands between a client and a server on this machine, and can hold back all that goes to and fro,
// as a network does that drops every packet: nobody is told, and nothing is lost to TCP.
class Relay {
 public:
  explicit Relay(int server_port);
  ~Relay();
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  int port() const { return port_; }
  void hold_back();
  void let_pass();

 private:
  void serve(GSocketConnection* client);
  void pump(GIOStream* from, GIOStream* to);
  bool may_pass();

  int server_port_;
  int port_ = 0;
  Ref<GCancellable> cancel_;
  Ref<GSocketService> service_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool passes_ = true;
  bool is_ending_ = false;
  int connections_ = 0;
};

}  // namespace tessera::test
