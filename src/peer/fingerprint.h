#pragma once

#include <gst/gst.h>

#include <optional>
#include <string>
#include <vector>

namespace tessera::peer {

// The SHA-256 fingerprint of a certificate in PEM, in the form of RFC 8122 ("AB:CD:…"). Nothing if
// it isn't PEM.
std::optional<std::string> certificate_fingerprint(const std::string& pem);

// Whether the client at the other end of a connected webrtcbin has the certificate that its offer
// named by one of these fingerprints, on every transport (RFC 8827, section 6.5). webrtcbin 1.22
// doesn't look.
bool has_named_certificate(GstElement* webrtc, const std::vector<std::string>& fingerprints);

}  // namespace tessera::peer
