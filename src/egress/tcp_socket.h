#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "gst/pipeline.h"

namespace tessera::egress {

// The TCP connection that an rtmp2sink makes, and keeps to itself.
//
// GIO lets a program see all connections that it makes. Which of them is this sink's shows in a
// time-out that the sink hands on, and that no other has. So it can be asked whether the server
// still receives anything, long before the kernel's buffers are full and the sink blocks. And it is
// closed once the sink is stopped: of a stream that the server denies, and of a handshake that is
// cut short, rtmp2sink (1.22 at least) leaves the connection open for good.
//
// On the control thread; noticed on the sink's. Destroyed after the pipeline, it stops the sink on
// a worker.
class TcpSocket {
 public:
  // Before the pipeline starts.
  TcpSocket(const gst::Pipeline& pipeline, const std::string& element);
  ~TcpSocket();
  TcpSocket(const TcpSocket&) = delete;
  TcpSocket& operator=(const TcpSocket&) = delete;

  struct Delivery {
    std::uint64_t received = 0;  // Bytes that the server's machine has said it has.
    bool is_waiting = false;     // There are more, which it hasn't.
  };
  // Nothing while there is no connection.
  std::optional<Delivery> delivery() const;

  struct Made;  // What the sink's thread has made.

 private:
  gst::Ref<GstElement> sink_;
  std::shared_ptr<Made> made_;
};

}  // namespace tessera::egress
