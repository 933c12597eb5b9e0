#include "peer/fingerprint.h"

#include <gst/webrtc/webrtc.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>

#include "gst/ref.h"
#include "peer/object_property.h"

namespace tessera::peer {
namespace {

using Transceivers = std::unique_ptr<GArray, gst::FreeWith<g_array_unref>>;

// The certificate of the other side in PEM, by the transceiver's "receiver" or "sender". Empty if
// there is none.
std::string remote_certificate(GstWebRTCRTPTransceiver* transceiver, const char* end) {
  const auto rtp_end = object_property<GObject>(transceiver, end);
  if (!rtp_end) return "";
  const auto transport = object_property<GObject>(rtp_end.get(), "transport");
  if (!transport) return "";
  gchar* pem = nullptr;
  g_object_get(transport.get(), "remote-certificate", &pem, nullptr);
  const gst::CString owned(pem);
  return owned ? owned.get() : "";
}

}  // namespace

std::optional<std::string> certificate_fingerprint(const std::string& pem) {
  constexpr std::string_view begin = "-----BEGIN CERTIFICATE-----";
  constexpr std::string_view end = "-----END CERTIFICATE-----";
  const std::size_t from = pem.find(begin);
  const std::size_t to = pem.find(end);
  if (from == std::string::npos || to == std::string::npos || to < from + begin.size()) {
    return std::nullopt;
  }
  std::string der = pem.substr(from + begin.size(), to - from - begin.size());
  if (der.empty()) return std::nullopt;
  gsize size = 0;
  g_base64_decode_inplace(der.data(), &size);
  if (size == 0) return std::nullopt;

  const std::unique_ptr<GChecksum, void (*)(GChecksum*)> checksum(g_checksum_new(G_CHECKSUM_SHA256),
                                                                  g_checksum_free);
  g_checksum_update(checksum.get(), reinterpret_cast<const guchar*>(der.data()),
                    static_cast<gssize>(size));
  std::array<guint8, 32> digest = {};
  gsize length = digest.size();
  g_checksum_get_digest(checksum.get(), digest.data(), &length);

  std::string text;
  for (const guint8 byte : digest) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    if (!text.empty()) text += ':';
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

bool has_named_certificate(GstElement* webrtc, const std::vector<std::string>& fingerprints) {
  GArray* raw = nullptr;
  g_signal_emit_by_name(webrtc, "get-transceivers", &raw);
  const Transceivers transceivers(raw);
  bool found_any = false;
  for (guint i = 0; i < transceivers->len; ++i) {
    auto* transceiver = g_array_index(transceivers.get(), GstWebRTCRTPTransceiver*, i);
    for (const char* end : {"receiver", "sender"}) {
      const std::string pem = remote_certificate(transceiver, end);
      if (pem.empty()) continue;
      found_any = true;
      const auto fingerprint = certificate_fingerprint(pem);
      if (!fingerprint || std::ranges::find(fingerprints, *fingerprint) == fingerprints.end()) {
        return false;
      }
    }
  }
  return found_any;
}

}  // namespace tessera::peer
