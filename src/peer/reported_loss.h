#pragma once

#include <glib-object.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>

#include "base/signal.h"

namespace tessera::peer {

// How much of a stream the client loses, by its own reports (RFC 3550, section 6.4.1).
//
// Read on the control thread; noted on streaming threads.
class ReportedLoss {
 public:
  // From now on, of the stream with that SSRC, which this RTP session sends.
  void watch(GObject* rtp_session, std::uint32_t ssrc);

  // Percent, by the latest report; 0 before the first.
  int percent() const { return *fraction_ * 100 / 256; }

 private:
  std::shared_ptr<std::atomic<int>> fraction_ = std::make_shared<std::atomic<int>>(0);
  std::optional<Signal> reports_;
};

}  // namespace tessera::peer
