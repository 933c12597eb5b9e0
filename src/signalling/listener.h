#pragma once

#include <gio/gio.h>

#include <functional>
#include <memory>
#include <string>

#include "base/event_loop.h"
#include "base/ref.h"
#include "base/result.h"
#include "base/units.h"

namespace tessera::signalling {

// A TCP socket that listens, and hands over each connection that a client opens.
//
// libsoup's own tells nobody of a connection that says nothing, so none could be bounded or timed,
// and accepts nobody any more after it failed once (3.2), as for want of a file. This one tries
// again a second later. On the control thread.
class Listener {
 public:
  struct Callbacks {
    // Whether there is room for one more. While there is none, whoever comes waits in the kernel.
    std::function<bool()> has_room;
    std::function<void(Ref<GSocketConnection>)> accepted;
  };

  // At an IP address, and a port of which 0 is any free one. Error: `cannot_listen`.
  static Result<std::unique_ptr<Listener>> listen(const std::string& address, int port,
                                                  Callbacks callbacks);
  ~Listener() { ignore(); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  // The port that it got.
  int port() const;

 private:
  Listener(Ref<GSocket> socket, Callbacks callbacks);
  void watch();
  void ignore();
  void rest(Duration time);
  void accept();

  const Ref<GSocket> socket_;
  const Callbacks callbacks_;
  Ref<GSource> source_;
  Timer rest_;
};

}  // namespace tessera::signalling
