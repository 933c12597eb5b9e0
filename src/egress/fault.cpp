#include "egress/fault.h"

#include <array>
#include <string_view>

namespace tessera::egress {
namespace {

struct Meaning {
  std::string_view words;  // Of rtmp2sink, srtsink, GIO or libsrt.
  std::string_view reason;
  bool is_final = false;
};

// libsrt gives up after three seconds (SRTO_CONNTIMEO).
constexpr Duration libsrt_patience = std::chrono::milliseconds(2500);

// The first that fits counts. The numbers are GTlsError's.
constexpr std::array meanings = {
    Meaning{"g-tls-error-quark, code 0", "This machine has no TLS: install glib-networking.", true},
    Meaning{"g-tls-error-quark, code 2", "The server's certificate can't be verified."},
    Meaning{"Unacceptable TLS certificate", "The server's certificate can't be verified."},
    Meaning{"g-tls-error-quark", "The server doesn't answer as one with TLS does."},
    Meaning{"g-resolver-error-quark", "There is no server of that name."},
    Meaning{"stream already exists", "The server has a stream of that name already."},
    Meaning{"publish denied", "The server rejects the stream."},
    Meaning{"'publish' cmd failed", "The server rejects the stream."},
    Meaning{"cmd failed", "The server rejects the connection."},
    Meaning{"'connect' cmd", "The server rejects the connection."},
    Meaning{"Failed to authenticate",
            "The server rejects the connection; perhaps the passphrase or streamid is wrong."},
    Meaning{"authenticat", "The server rejects the password."},
    Meaning{"refused", "The server refuses the connection."},
    Meaning{"imed out", "The server doesn't answer."},
    Meaning{"Cannot bind", "The port to listen on isn't free."},
    Meaning{"Cannot listen", "The port to listen on isn't free."},
    Meaning{"unreachable", "The server can't be reached."},
    Meaning{"No route to host", "The server can't be reached."},
};

}  // namespace

Loss loss_from(const std::string& text, Duration after) {
  const auto says = [&](std::string_view words) { return text.find(words) != std::string::npos; };
  if (text.empty()) return {"The connection can't be set up."};
  // All that 1.22's srtsink says, whether nobody answered or somebody said no.
  if (says("Connection does not exist")) {
    return {after < libsrt_patience
                ? "The server rejects the connection; perhaps the passphrase or streamid is wrong."
                : "The server doesn't answer."};
  }
  for (const Meaning& meaning : meanings) {
    if (says(meaning.words)) return {std::string(meaning.reason), meaning.is_final};
  }
  return {"The server ends the connection at once; perhaps it doesn't know the stream key."};
}

}  // namespace tessera::egress
