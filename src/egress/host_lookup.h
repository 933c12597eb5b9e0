#pragma once

#include <gio/gio.h>

#include <functional>
#include <string>
#include <vector>

#include "base/ref.h"

namespace tessera::egress {

// Looks up a host's addresses without holding up the control thread, for elements that would.
// Destroying it cancels. On the control thread.
class HostLookup {
 public:
  // Calls back once, later, with all addresses; none if there is no such host.
  using Found = std::function<void(const std::vector<std::string>& addresses)>;

  HostLookup(const std::string& host, Found found);
  ~HostLookup();
  HostLookup(const HostLookup&) = delete;
  HostLookup& operator=(const HostLookup&) = delete;

 private:
  Ref<GCancellable> cancel_;
};

}  // namespace tessera::egress
