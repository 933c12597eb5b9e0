#include "peer/ice.h"

#include <gtest/gtest.h>

namespace tessera::peer {
namespace {

std::string host(const std::string& address, const std::string& port = "50000",
                 const std::string& component = "1", const std::string& transport = "udp") {
  return "candidate:842163049 " + component + " " + transport + " 2113937151 " + address + " " +
         port + " typ host";
}

TEST(Candidate, OfABrowserIsOfUse) {
  for (const std::string& candidate : {
           host("192.168.1.7"),
           host("203.0.113.9", "65535"),
           host("127.0.0.1", "1", "1", "UDP"),
           host("2001:db8::7"),
           std::string("candidate:842163049 1 udp 1677729535 203.0.113.9 46154 typ srflx raddr "
                       "192.168.1.7 rport 46154 generation 0 ufrag EEtu network-cost 999"),
       }) {
    const auto is_usable = check_candidate(candidate);
    ASSERT_TRUE(is_usable) << candidate;
    EXPECT_TRUE(*is_usable) << candidate;
  }
}

TEST(Candidate, ThatCannotBeReachedIsIgnored) {
  for (const std::string& candidate : {
           host("7d2e4c1a-9f5b-4a63-8e0d-5b1c2f3a4d6e.local"),
           host("example.org"),
           host("169.254.10.20"),
           host("fe80::1"),
           host("FE80::1"),
           host("febf::1"),
           host("fe80::1%eth0"),
           host("0.0.0.0"),
           host("::"),
           host("239.1.2.3"),
           host("ff02::1"),
           host("1.2.3"),
           host("192.168.1.7", "0"),
           host("192.168.1.7", "50000", "2"),
           host("192.168.1.7", "9", "1", "tcp") + " tcptype active",
       }) {
    const auto is_usable = check_candidate(candidate);
    ASSERT_TRUE(is_usable) << candidate;
    EXPECT_FALSE(*is_usable) << candidate;
  }
}

TEST(Candidate, ThatIsNoneIsRefused) {
  for (const std::string& candidate : {
           std::string(),
           std::string("candidate:"),
           std::string("rubbish"),
           host("192.168.1.7").substr(10),
           host("192.168.1.7", "65536"),
           host("192.168.1.7", "-1"),
           host("192.168.1.7", "port"),
           host("192.168.1.7", "50000", "0"),
           host("192.168.1.7", "50000", "257"),
           std::string("candidate:1 1 udp 99999999999 192.168.1.7 50000 typ host"),
           std::string("candidate:1 1 udp 1 192.168.1.7 50000 type host"),
           std::string("candidate:1 1 udp 1 192.168.1.7 50000 typ"),
           host("192.168.1.7") + "\r\na=ice-lite",
           host("192.168.1.7") + std::string(" \0", 2),
           host("192.168.1.7") + std::string(2000, ' '),
       }) {
    const auto is_usable = check_candidate(candidate);
    ASSERT_FALSE(is_usable) << candidate;
    EXPECT_EQ(is_usable.error().code, "invalid_candidate") << candidate;
  }
}

}  // namespace
}  // namespace tessera::peer
