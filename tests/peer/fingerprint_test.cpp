#include "peer/fingerprint.h"

#include <gtest/gtest.h>

namespace tessera::peer {
namespace {

// Made by `openssl req -x509`; its fingerprint is what `openssl x509 -fingerprint -sha256` says.
const std::string pem = R"(
-----BEGIN CERTIFICATE-----
MIIBeDCCAR+gAwIBAgIUPOJGMLzRpi3RUbSgD+AcdGIThpwwCgYIKoZIzj0EAwIw
ETEPMA0GA1UEAwwGV2ViUlRDMCAXDTI2MTEyNDE5NTk1N1oYDzIxMjYxMDMxMTk1
OTU3WjARMQ8wDQYDVQQDDAZXZWJSVEMwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
AATBkO8q52tG3wfn244tSsQN292TLvr0nRIdeOPTZ8kLARzOaoSZcSk2AG5yXzyR
nPhHr/Rb7b/qN/jqQg5BBPMlo1MwUTAdBgNVHQ4EFgQU7sVjb+BrEoh/guhYu6t6
QMGnOLYwHwYDVR0jBBgwFoAU7sVjb+BrEoh/guhYu6t6QMGnOLYwDwYDVR0TAQH/
BAUwAwEB/zAKBggqhkjOPQQDAgNHADBEAiBdDSGWEh8IeA5SBFYlI2fWBBhR5Dbg
CUrv3+ioLo5o5QIgLYt3qVU8I3Aa0kHLkrhZHHvcM5usUQontbLzDqDAIQY=
-----END CERTIFICATE-----
)";
const std::string fingerprint =
    "C8:8D:AD:20:22:A2:EA:BE:3B:09:7B:01:C7:F3:56:D0:56:F7:58:A1:B6:CE:56:96:5E:C1:54:88:B7:3C:64:"
    "DA";

TEST(Fingerprint, OfACertificateIsThatOfItsDer) {
  EXPECT_EQ(certificate_fingerprint(pem), fingerprint);
}

TEST(Fingerprint, ChangesWithTheCertificate) {
  std::string other = pem;
  other.replace(other.find("UPOJ"), 4, "UPOK");
  ASSERT_TRUE(certificate_fingerprint(other));
  EXPECT_NE(certificate_fingerprint(other), fingerprint);
}

TEST(Fingerprint, NeedsACertificate) {
  for (const char* text :
       {"", "rubbish", "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----",
        "-----END CERTIFICATE----------BEGIN CERTIFICATE-----",
        "-----BEGIN CERTIFICATE----------END CERTIFICATE-----",
        "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----",
        "-----BEGIN CERTIFICATE-----END CERTIFICATE-----"}) {
    EXPECT_EQ(certificate_fingerprint(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace tessera::peer
