#include "signalling/frames.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "signalling/raw_client.h"

namespace tessera::signalling {
namespace {

constexpr int whole_binary = 0x82;

struct FramesCase {
  const char* what;
  std::string bytes;
  int frames;
  std::uint64_t message_bytes;
};

std::string header(std::initializer_list<int> bytes) {
  std::string text;
  for (const int byte : bytes) text += static_cast<char>(byte);
  return text;
}

const std::vector<FramesCase>& table() {
  static const std::string text = R"({"type": "leave"})";
  static const std::vector<FramesCase> cases = {
      {"nothing", "", 0, 0},
      {"half a header", header({whole_text}), 0, 0},
      {"a header without its mask", header({whole_text, 0x85, 1, 2, 3}), 0, 0},
      {"a whole header", header({whole_text, 0x85, 1, 2, 3, 4}), 1, 5},
      {"a message", frame(whole_text, text), 1, text.size()},
      {"an empty message", frame(whole_text), 1, 0},
      {"a binary message", frame(whole_binary, text), 1, text.size()},
      {"a ping", frame(ping), 1, 0},
      {"a ping with something in it", frame(ping, "abc"), 1, 0},
      {"a pong", frame(pong, std::string(125, 'x')), 1, 0},
      {"a close", frame(close_frame, "\x03\xe8"), 1, 0},
      {"the most that 7 bits say", frame(whole_text, std::string(125, 'x')), 1, 125},
      {"the least that 16 bits say", frame(whole_text, std::string(126, 'x')), 1, 126},
      {"the most that 16 bits say", frame(whole_text, std::string(65'535, 'x')), 1, 65'535},
      {"64 bits", header({whole_text, 0xff, 0, 0, 0, 0, 0, 1, 0, 2, 0, 0, 0, 0}), 1, 65'538},
      {"64 bits that are all set",
       header({whole_text, 0xff, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0}), 1,
       std::numeric_limits<std::uint64_t>::max()},
      {"a frame without a mask", header({whole_text, 2, 'h', 'i'}) + frame(ping), 2, 2},
      {"fragments",
       frame(first_text_fragment, "ab") + frame(middle_fragment, "cde") + frame(last_fragment, "f"),
       3, 6},
      {"a ping between fragments",
       frame(first_text_fragment, "ab") + frame(ping, "x") + frame(last_fragment, "c"), 3, 3},
      {"messages in turn", frame(whole_text, "abc") + frame(pong) + frame(whole_text, "de"), 3, 2},
      {"what looks like frames in a message", frame(whole_text, frame(ping) + frame(ping)), 1, 12},
  };
  return cases;
}

TEST(Frames, EachIsCountedOnce) {
  for (const auto& [what, bytes, frames, message_bytes] : table()) {
    FrameCounter counter;
    EXPECT_EQ(counter.count(bytes), frames) << what;
    EXPECT_EQ(counter.message_bytes(), message_bytes) << what;
  }
}

TEST(Frames, WhereTheyAreCutMakesNoDifference) {
  for (const auto& [what, bytes, frames, message_bytes] : table()) {
    FrameCounter by_byte;
    int counted = 0;
    for (const char byte : bytes) counted += by_byte.count({&byte, 1});
    EXPECT_EQ(counted, frames) << what;
    EXPECT_EQ(by_byte.message_bytes(), message_bytes) << what;
    for (std::size_t cut = 0; cut < std::min<std::size_t>(bytes.size(), 40); ++cut) {
      FrameCounter counter;
      const int before = counter.count(std::string_view(bytes).substr(0, cut));
      EXPECT_EQ(before + counter.count(std::string_view(bytes).substr(cut)), frames) << what;
    }
  }
}

TEST(Frames, TellWhatIsStillToComeOfTheLatest) {
  for (const int kind : {whole_text, middle_fragment, ping, pong, close_frame}) {
    FrameCounter counter;
    counter.count(header({kind, 0xff, 0, 0, 1, 0, 0, 0, 0, 0, 1, 2, 3, 4}) + "abc");
    EXPECT_EQ(counter.frame_bytes_left(), (std::uint64_t{1} << 40) - 3) << kind;
  }
}

TEST(Frames, TellHowLargeThePongsAre) {
  FrameCounter counter;
  counter.count(frame(ping) + frame(ping, "abc") + frame(pong, "abc") + frame(whole_text, "abc"));
  EXPECT_EQ(counter.pong_bytes(), 2U + 5U);
}

TEST(Frames, AMessageOfEndlessFragmentsDoesNotCountAsSmall) {
  FrameCounter counter;
  const std::string huge =
      header({middle_fragment, 0xff, 0xff, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0});
  counter.count(frame(first_text_fragment, "abc"));
  counter.count(huge);
  EXPECT_EQ(counter.message_bytes(), std::numeric_limits<std::uint64_t>::max());
}

}  // namespace
}  // namespace tessera::signalling
