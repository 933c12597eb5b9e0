#include "mcu/open_files.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <limits>

namespace tessera::mcu {
namespace {

constexpr std::uint64_t reserve = 300;

TEST(OpenFiles, EachParticipantTakes22AndTheirRoom10BesideAReserve) {
  EXPECT_EQ(people_with(reserve + 31, 100), 0);
  EXPECT_EQ(people_with(reserve + 32, 100), 1);
  EXPECT_EQ(people_with(1024, 100), 22);
}

TEST(OpenFiles, ThereAreNoMoreRoomsThanMayBe) {
  EXPECT_EQ(people_with(1024, 1), 32);
  EXPECT_EQ(people_with(reserve + 10 * (22 + 10), 10), 10);
  EXPECT_EQ(people_with(reserve + 10 * (22 + 10) + 21, 10), 10);
  EXPECT_EQ(people_with(reserve + 10 * (22 + 10) + 22, 10), 11);
}

TEST(OpenFiles, NoLimitIsTooSmallOrTooLarge) {
  for (const std::uint64_t files : {std::uint64_t{0}, std::uint64_t{1}, reserve}) {
    EXPECT_EQ(people_with(files, 100), 0) << files;
  }
  EXPECT_EQ(people_with(std::numeric_limits<std::uint64_t>::max(), 10000),
            std::numeric_limits<int>::max());
}

TEST(OpenFiles, NeverNeedMoreThanThereAre) {
  for (const int rooms : {1, 2, 10, 100, 10000}) {
    for (std::uint64_t files = 0; files < 5000; files += 7) {
      const auto people = static_cast<std::uint64_t>(people_with(files, rooms));
      const std::uint64_t occupied = std::min<std::uint64_t>(people, rooms);
      EXPECT_LE(people * 22 + occupied * 10, files) << files << " files, " << rooms << " rooms";
    }
  }
}

}  // namespace
}  // namespace tessera::mcu
