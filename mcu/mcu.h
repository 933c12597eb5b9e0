#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "mcu/meetings.h"
#include "mcu/options.h"
#include "mcu/studio.h"
#include "signalling/server.h"

namespace tessera::mcu {

// A whole MCU: its meetings, and the server through which clients reach them.
class Mcu {
 public:
  // Errors: `pipeline_invalid`, `cannot_listen`.
  static Result<std::unique_ptr<Mcu>> start(const Options& options);

  // Where its page is, as "http://127.0.0.1:8080".
  std::string url() const { return server_->url(); }

  // Ends all meetings, tells everybody why, and takes nobody else. Runs the event loop until all is
  // done, for nine seconds at most, as recordings have to be finished: then false.
  bool stop();

 private:
  explicit Mcu(std::unique_ptr<Meetings> meetings) : meetings_(std::move(meetings)) {}

  std::unique_ptr<Meetings> meetings_;
  Studio studio_{*meetings_};
  std::unique_ptr<signalling::Server> server_;
};

}  // namespace tessera::mcu
