#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "egress/process.h"
#include "support/free_port.h"
#include "support/temporary_folder.h"

namespace tessera::test {

// nginx with its RTMP module. It takes streams at "live", of which it records each connection in a
// file of its own, and rejects all at "closed". Stopped at first; it keeps its port.
class RtmpServer {
 public:
  RtmpServer();

  void start();
  void kill() { process_.reset(); }
  void signal(int number) { process_->signal(number); }

  int port() const { return port_; }
  std::string url(const std::string& application, const std::string& key) const {
    return "rtmp://127.0.0.1:" + std::to_string(port_) + "/" + application + "/" + key;
  }

  // The recordings of a stream, oldest first.
  std::vector<std::filesystem::path> recordings(const std::string& key) const;

 private:
  TemporaryFolder folder_;
  int port_ = free_port();
  std::unique_ptr<Process> process_;
};

}  // namespace tessera::test
