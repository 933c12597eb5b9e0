#pragma once

#include <gio/gio.h>

#include <functional>
#include <memory>
#include <string>

#include "base/event_loop.h"
#include "base/ref.h"
#include "base/result.h"

namespace tessera::signalling {

// A TCP socket that listens, and hands over each connection that a client opens.
//
// libsoup's own tells nobody of a connection that says nothing, so none could be refused or timed,
// and accepts nobody any more after it failed once (3.2), as for want of a file. This one tries
// again a second later. On the control thread.
class Listener {
 public:
  using Accepted = std::function<void(Ref<GSocketConnection>)>;

  // At an IP address, and a port of which 0 is any free one. Error: `cannot_listen`.
  static Result<std::unique_ptr<Listener>> listen(const std::string& address, int port,
                                                  Accepted accepted);
  ~Listener() { ignore(); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  // The port that it got.
  int port() const;

 private:
  Listener(Ref<GSocket> socket, Accepted accepted);
  void watch();
  void ignore();
  void accept();

  const Ref<GSocket> socket_;
  const Accepted accepted_;
  GSource* source_ = nullptr;
  Timer retry_;
};

}  // namespace tessera::signalling
