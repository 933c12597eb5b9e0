#pragma once

#include <string>
#include <variant>
#include <vector>

#include "base/result.h"

namespace tessera::egress {

struct RtmpTarget {
  bool has_tls = false;  // rtmps://
  std::string host;
  int port = 1935;
  std::string application;  // The path up to its last slash: "live2".
  std::string stream;       // The stream key, with what follows a question mark. Secret.
  std::string user;
  std::string password;
};

struct SrtTarget {
  bool listens = false;  // mode=listener: waits for whoever connects.
  std::string host;      // Where it listens: an address of this machine, or empty for all.
  int port = 0;
  std::string stream_id;   // Secret, as it often holds a key.
  std::string passphrase;  // Secret.
  int key_length = 0;      // In bytes; 0: the receiver's choice.
  int latency_ms = 125;
};

// Where a broadcast goes, as a URL says it:
//
//   rtmp://[user:password@]host[:1935]/application/stream-key     and rtmps://, port 443
//   srt://host:port[?streamid=…&passphrase=…&pbkeylen=…&latency=ms]
//   srt://[address]:port?mode=listener[&…]
//
// The stream key is a secret: whoever has it can broadcast in the owner's name. A value.
class Target {
 public:
  // Error: `invalid_target`, which never quotes the URL.
  static Result<Target> parse(const std::string& url);

  // For people and logs: the URL without anything secret, as "rtmp://host/application/…".
  std::string display() const;

  // What must not be seen in a log, in every form that it may be written in.
  std::vector<std::string> secrets() const;

  const RtmpTarget* rtmp() const { return std::get_if<RtmpTarget>(&target_); }
  const SrtTarget* srt() const { return std::get_if<SrtTarget>(&target_); }

 private:
  explicit Target(std::variant<RtmpTarget, SrtTarget> target) : target_(std::move(target)) {}

  std::variant<RtmpTarget, SrtTarget> target_;
};

// A host as it stands in a URL.
std::string in_brackets_if_ipv6(const std::string& host);

}  // namespace tessera::egress
