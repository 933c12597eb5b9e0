#include "egress/reconnect_fixture.h"

namespace tessera::egress {
namespace {

using std::chrono::seconds;

using LongOutageTest = ReconnectTest;

TEST_F(LongOutageTest, IsLiveSoonAfterADeathOfAMinute) { survive_death_of(seconds(60)); }

TEST_F(LongOutageTest, IsLiveSoonAfterTheServerWasFrozenForHalfAMinute) {
  survive_freeze_of(seconds(30));
}

}  // namespace
}  // namespace tessera::egress
