#include "gst/secrets.h"

#include <gtest/gtest.h>

namespace tessera::gst {
namespace {

TEST(Secrets, AreLeftOutOfATextWhereverTheyStand) {
  keep_secret("k-e-y");
  EXPECT_EQ(without_secrets("k-e-y is k-e-y, says k-e-"), "… is …, says k-e-");
}

TEST(Secrets, LeaveNothingOfTheLongerOne) {
  keep_secret("open");
  keep_secret("open sesame");
  EXPECT_EQ(without_secrets("open sesame and open"), "… and …");
}

TEST(Secrets, MayBeEmpty) {
  keep_secret("");
  EXPECT_EQ(without_secrets("nothing"), "nothing");
}

}  // namespace
}  // namespace tessera::gst
