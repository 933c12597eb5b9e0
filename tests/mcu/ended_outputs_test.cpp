#include "mcu/ended_outputs.h"

#include <gmock/gmock.h>

#include "mcu/outputs.h"

namespace tessera::mcu {
namespace {

using signalling::Output;

Output output(const std::string& id) { return {.id = id}; }

std::vector<std::string> ids(const std::vector<Output>& outputs) {
  std::vector<std::string> ids;
  for (const Output& one : outputs) ids.push_back(one.id);
  return ids;
}

TEST(EndedOutputs, AreThoseOfTheirRoomOldestFirst) {
  EndedOutputs ended;
  ended.add("hall", {output("o1"), output("o2")});
  ended.add("studio", {output("o1")});
  ended.add("hall", {output("o3")});
  EXPECT_THAT(ids(ended.of("hall")), testing::ElementsAre("o1", "o2", "o3"));
  EXPECT_THAT(ids(ended.of("studio")), testing::ElementsAre("o1"));
  EXPECT_TRUE(ended.of("kitchen").empty());
}

TEST(EndedOutputs, AreForgottenWhenThereWereManyMore) {
  EndedOutputs ended;
  ended.add("hall", {output("o1"), output("o2")});
  ended.add("studio", std::vector<Output>(EndedOutputs::most - 1, output("o1")));
  EXPECT_THAT(ids(ended.of("hall")), testing::ElementsAre("o2"));
  ended.add("studio", {output("o100")});
  EXPECT_TRUE(ended.of("hall").empty());
  EXPECT_EQ(ended.of("studio").size(), EndedOutputs::most);
}

// Those of a room that is over and still there come after those of one that was closed before it.
TEST(EndedOutputs, AreCountedOnFromTheLatestWhateverTheirOrder) {
  EXPECT_EQ(Outputs::latest_number({output("o9"), output("o10"), output("o2")}), 10);
  EXPECT_EQ(Outputs::latest_number({}), 0);
}

}  // namespace
}  // namespace tessera::mcu
