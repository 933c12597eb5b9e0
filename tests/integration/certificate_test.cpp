#include <gmock/gmock.h>

#include <string>

#include "integration/meeting.h"

namespace tessera::test {
namespace {

// Another certificate's fingerprint in place of the own one, as somebody would who relays the
// signalling and wants to be in the middle of the media, too.
std::string falsify(std::string sdp) {
  const std::string name = "a=fingerprint:sha-256 ";
  for (std::size_t at = sdp.find(name); at != std::string::npos; at = sdp.find(name, at + 1)) {
    char& digit = sdp[at + name.size()];
    digit = digit == '0' ? '1' : '0';
  }
  return sdp;
}

class CertificateTest : public Meeting {};

TEST_F(CertificateTest, ThatIsNotTheOffersGetsNoMediaInEitherDirection) {
  auto ada = join({.name = "Ada", .colour = red, .tone_hz = 440});
  ASSERT_TRUE(soon_sees(*ada, ada->id(), red));

  Client mallory(url(),
                 {.name = "Mallory", .colour = green, .tone_hz = 1000, .alter_offer = falsify});
  bool was_on_stage = false;
  bool was_seen = false;
  EXPECT_TRUE(wait_until([&] {
    was_on_stage = was_on_stage || ada->tile_of(mallory.id()).has_value();
    was_seen = was_seen || sees(*ada, mallory.id(), green);
    return mallory.is_closed();
  }));
  EXPECT_TRUE(was_on_stage);
  EXPECT_FALSE(was_seen);
  EXPECT_THAT(mallory.error_codes(), testing::ElementsAre("fingerprint_mismatch"));
  EXPECT_FALSE(mallory.is_connected());

  // Whatever was on its way has arrived by then.
  observe(std::chrono::seconds(1));
  EXPECT_EQ(mallory.received().frames(), 0);
  EXPECT_EQ(mallory.received().sound_packets(), 0);
  EXPECT_LT(ada->received().tone_db(1000).value_or(0), -80);
  EXPECT_TRUE(soon_sees(*ada, ada->id(), red));
}

}  // namespace
}  // namespace tessera::test
