#include "egress/flv.h"

#include <gmock/gmock.h>

#include <array>

namespace tessera::egress {
namespace {

using testing::ElementsAre;

using Tag = std::array<std::uint8_t, 11>;

TEST(FlvTag, HasItsTimeInThreeBytesAndTheUpperEightBitsBehindThem) {
  Tag tag{9, 0, 0, 5, 1, 2, 3, 4, 0, 0, 0};
  set_flv_timestamp(tag, 0);
  EXPECT_THAT(tag, ElementsAre(9, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0));
  set_flv_timestamp(tag, 0x123456);
  EXPECT_THAT(tag, ElementsAre(9, 0, 0, 5, 0x12, 0x34, 0x56, 0, 0, 0, 0));
  // After 4 hours and 40 minutes.
  set_flv_timestamp(tag, 0x01000000);
  EXPECT_THAT(tag, ElementsAre(9, 0, 0, 5, 0, 0, 0, 1, 0, 0, 0));
  set_flv_timestamp(tag, 0xfedcba98);
  EXPECT_THAT(tag, ElementsAre(9, 0, 0, 5, 0xdc, 0xba, 0x98, 0xfe, 0, 0, 0));
}

TEST(FlvTag, IsNeitherTheHeaderOfAFileNorAnythingShorter) {
  EXPECT_TRUE(is_flv_tag(Tag{9}));
  EXPECT_FALSE(is_flv_tag(Tag{'F', 'L', 'V', 1}));
  EXPECT_FALSE(is_flv_tag(std::array<std::uint8_t, 10>{9}));
}

}  // namespace
}  // namespace tessera::egress
