#include "base/text.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

namespace tessera {
namespace {

TEST(NumberFrom, ReadsAWholeNumberAndNothingElse) {
  struct Case {
    const char* text;
    std::optional<int> number;
  };
  const std::vector<Case> table = {
      {"0", 0},
      {"42", 42},
      {"007", 7},
      {"-1", -1},
      {"2147483647", 2147483647},
      {"-2147483648", -2147483647 - 1},
      {"2147483648", std::nullopt},
      {"99999999999999999999", std::nullopt},
      {"", std::nullopt},
      {"-", std::nullopt},
      {"+1", std::nullopt},
      {" 1", std::nullopt},
      {"1 ", std::nullopt},
      {"1.5", std::nullopt},
      {"1e3", std::nullopt},
      {"0x10", std::nullopt},
      {"1,000", std::nullopt},
      {"one", std::nullopt},
  };
  for (const auto& [text, number] : table) EXPECT_EQ(number_from(text), number) << text;
}

TEST(NumberFrom, KeepsToItsType) {
  EXPECT_EQ(number_from<std::uint32_t>("4294967295"), 4294967295U);
  EXPECT_EQ(number_from<std::uint32_t>("4294967296"), std::nullopt);
  EXPECT_EQ(number_from<std::uint32_t>("-1"), std::nullopt);
  EXPECT_EQ(number_from<std::uint64_t>("4294967296"), 4294967296U);
}

TEST(NumberFrom, ReadsPartOfALongerText) {
  EXPECT_EQ(number_from(std::string_view("12345").substr(1, 2)), 23);
}

TEST(Split, PartsAtTheFirstSeparator) {
  using Parts = std::optional<std::pair<std::string_view, std::string_view>>;
  struct Case {
    const char* text;
    Parts parts;
  };
  const std::vector<Case> table = {
      {"key=value", {{"key", "value"}}},
      {"key=value=more", {{"key", "value=more"}}},
      {"key=", {{"key", ""}}},
      {"=value", {{"", "value"}}},
      {"=", {{"", ""}}},
      {"==", {{"", "="}}},
      {"key", std::nullopt},
      {"", std::nullopt},
  };
  for (const auto& [text, parts] : table) EXPECT_EQ(split(text, '='), parts) << text;
}

}  // namespace
}  // namespace tessera
