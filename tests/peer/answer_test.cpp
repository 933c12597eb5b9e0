#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "peer/offers.h"
#include "peer/peer.h"
#include "support/sinks.h"
#include "support/wait.h"

namespace tessera::peer {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;
using Lines = std::vector<std::string>;

struct Answer {
  std::string code;  // Of the error, if there is no answer.
  std::string text;
  Lines session;
  std::vector<Lines> media;  // Each begins with its m-line.
};

Answer in_lines(const std::string& text) {
  Answer answer;
  answer.text = text;
  std::istringstream stream(text);
  Lines* part = &answer.session;
  for (std::string line; std::getline(stream, line);) {
    if (line.ends_with('\r')) line.pop_back();
    if (line.starts_with("m=")) part = &answer.media.emplace_back();
    part->push_back(line);
  }
  return answer;
}

Answer answer_to(const std::string& offer,
                 std::vector<VideoCodec> codecs = {VideoCodec::vp8, VideoCodec::h264}) {
  std::string text;
  std::string code;
  const auto descriptions = test::descriptions();
  PeerOptions options;
  options.video_codecs = std::move(codecs);
  options.ice.addresses = {"127.0.0.1"};
  options.first_tile = {320, 180};
  const auto peer =
      Peer::answer("test", offer, descriptions, options,
                   {[&](const std::string& sdp) { text = sdp; }, [](int, const std::string&) {},
                    [] {}, [&](const Error& error) { code = error.code; }});
  if (!peer) return {peer.error().code, "", {}, {}};
  EXPECT_TRUE(test::wait_until([&] { return !text.empty() || !code.empty(); }));
  Answer answer = in_lines(text);
  answer.code = code;
  return answer;
}

// The lines that begin so, without their beginning.
Lines values(const Lines& lines, const std::string& beginning) {
  Lines found;
  for (const std::string& line : lines) {
    if (line.starts_with(beginning)) found.push_back(line.substr(beginning.size()));
  }
  return found;
}

struct Numbers {
  std::string browser;
  std::vector<VideoCodec> codecs;
  std::string video_codec;
  int audio;
  int video;
  int rtx;
  int transport_cc;
};

TEST(Answer, SaysOneCodecPerMLineWithTheNumbersOfEachBrowser) {
  const std::vector<Numbers> table = {
      {"chromium", {VideoCodec::vp8}, "VP8", 111, 96, 97, 3},
      {"chromium", {VideoCodec::h264}, "H264", 111, 108, 109, 3},
      {"firefox", {VideoCodec::vp8}, "VP8", 109, 120, 124, 7},
      {"firefox", {VideoCodec::h264}, "H264", 109, 126, 127, 7},
      {"safari", {VideoCodec::vp8, VideoCodec::h264}, "H264", 111, 98, 99, 3},
  };
  for (const Numbers& row : table) {
    SCOPED_TRACE(row.browser + " " + row.video_codec);
    const Answer answer = answer_to(offer_of(row.browser), row.codecs);
    ASSERT_EQ(answer.media.size(), 2) << answer.text;
    SCOPED_TRACE(answer.text);
    const auto& audio = answer.media[0];
    const auto& video = answer.media[1];
    const std::string pt = std::to_string(row.video);
    const std::string rtx = std::to_string(row.rtx);

    EXPECT_THAT(values(answer.session, "a=group:"), ElementsAre("BUNDLE 0 1"));
    EXPECT_EQ(audio[0], "m=audio 9 UDP/TLS/RTP/SAVPF " + std::to_string(row.audio));
    EXPECT_THAT(values(video, "m=video 9 UDP/TLS/RTP/SAVPF " + pt), ElementsAre(" " + rtx));
    EXPECT_THAT(values(audio, "a=rtpmap:"),
                ElementsAre(std::to_string(row.audio) + " OPUS/48000/2"));
    EXPECT_THAT(values(video, "a=rtpmap:"),
                ElementsAre(pt + " " + row.video_codec + "/90000", rtx + " rtx/90000"));
    EXPECT_THAT(values(video, "a=fmtp:" + rtx + " "), ElementsAre("apt=" + pt));
    EXPECT_THAT(values(video, "a=rtcp-fb:" + pt + " "),
                ElementsAre("nack", "nack pli", "ccm fir", "transport-cc"));
    EXPECT_THAT(values(video, "a=extmap:"), ElementsAre(std::to_string(row.transport_cc) + " " +
                                                        std::string(transport_cc_uri)));
    EXPECT_THAT(values(audio, "a=extmap:"), Contains("1 " + std::string(audio_level_uri)));
    for (const Lines& media : {audio, video}) {
      EXPECT_THAT(media, Contains("a=sendrecv"));
      EXPECT_THAT(media, Contains("a=rtcp-mux"));
      EXPECT_THAT(media, Contains("a=setup:active"));
      EXPECT_THAT(values(media, "a=fingerprint:"), ElementsAre(StartsWith("sha-256 ")));
    }
  }
}

TEST(Answer, NamesTheProfileOfH264Once) {
  for (const char* browser : {"chromium", "firefox", "safari"}) {
    const Answer answer = answer_to(offer_of(browser), {VideoCodec::h264});
    ASSERT_EQ(answer.media.size(), 2);
    const auto parameters = values(answer.media[1], "a=fmtp:");
    EXPECT_THAT(parameters[0],
                AllOf(HasSubstr("profile-level-id=42e01f"), HasSubstr("packetization-mode=1"),
                      HasSubstr("level-asymmetry-allowed=1")));
    const std::string once = "level-asymmetry-allowed";
    EXPECT_EQ(parameters[0].find(once), parameters[0].rfind(once)) << parameters[0];
  }
}

TEST(Answer, NamesTheSsrcsOfThePictureAndOfItsRetransmissions) {
  const Answer answer = answer_to(offer_of("chromium"));
  ASSERT_EQ(answer.media.size(), 2);
  const Lines group = values(answer.media[1], "a=ssrc-group:FID ");
  ASSERT_EQ(group.size(), 1) << answer.text;
  std::istringstream numbers(group[0]);
  std::string ssrc;
  std::string rtx;
  numbers >> ssrc >> rtx;
  EXPECT_NE(ssrc, "0");
  EXPECT_THAT(values(answer.media[1], "a=ssrc:" + ssrc + " cname:"), Not(IsEmpty()));
  EXPECT_THAT(values(answer.media[1], "a=ssrc:" + rtx + " cname:"), Not(IsEmpty()));
}

TEST(Answer, TurnsTheDirectionRound) {
  for (const auto& [offered, answered] :
       {std::pair("sendonly", "recvonly"), std::pair("recvonly", "sendonly")}) {
    const Answer answer =
        answer_to(with(offer_of("chromium"), "a=sendrecv", std::string("a=") + offered));
    ASSERT_EQ(answer.media.size(), 2) << offered << " " << answer.code;
    for (const Lines& media : answer.media) {
      EXPECT_THAT(media, Contains(std::string("a=") + answered)) << answer.text;
    }
  }
}

TEST(Answer, KeepsAnInactiveMLine) {
  const std::string sdp = offer_of("chromium");
  const std::size_t video = sdp.find("m=video");
  const Answer answer =
      answer_to(sdp.substr(0, video) + with(sdp.substr(video), "a=sendrecv", "a=inactive"));
  ASSERT_EQ(answer.media.size(), 2) << answer.code;
  EXPECT_THAT(answer.media[0], Contains("a=sendrecv"));
  EXPECT_THAT(answer.media[1], Contains("a=inactive")) << answer.text;
}

TEST(Answer, ComesToSoundOrPictureAlone) {
  const std::string sdp = offer_of("chromium");
  const std::size_t audio = sdp.find("m=audio");
  const std::size_t video = sdp.find("m=video");
  const std::string session = sdp.substr(0, audio);
  const std::string sound = sdp.substr(audio, video - audio);
  const std::string picture = sdp.substr(video);
  const std::vector<std::pair<std::string, std::string>> offers = {
      {with(session, "BUNDLE 0 1", "BUNDLE 0") + sound, "m=audio"},
      {with(session, "BUNDLE 0 1", "BUNDLE 1") + picture, "m=video"},
      {without(session, "a=group") + sound, "m=audio"},
      {without(session, "a=group") + picture, "m=video"}};
  for (const auto& [offer, m_line] : offers) {
    const Answer answer = answer_to(offer);
    ASSERT_EQ(answer.media.size(), 1) << answer.code;
    EXPECT_THAT(answer.media[0][0], StartsWith(m_line));
    EXPECT_THAT(answer.media[0], Contains("a=sendrecv"));
  }
}

TEST(Answer, KeepsTheOrderOfTheMLinesAndOfTheBundle) {
  const std::string sdp = offer_of("chromium");
  const std::size_t audio = sdp.find("m=audio");
  const std::size_t video = sdp.find("m=video");
  const std::string turned =
      sdp.substr(0, audio) + sdp.substr(video) + sdp.substr(audio, video - audio);
  for (const char* group : {"BUNDLE 0 1", "BUNDLE 1 0"}) {
    const Answer answer = answer_to(with(turned, "BUNDLE 0 1", group));
    ASSERT_EQ(answer.media.size(), 2) << group << " " << answer.code;
    EXPECT_THAT(answer.media[0][0], StartsWith("m=video"));
    EXPECT_THAT(answer.media[0], Contains("a=sendrecv"));
    EXPECT_THAT(answer.media[1], Contains("a=sendrecv"));
  }
}

TEST(Answer, TakesOverMidsOfAnyToken) {
  const std::string mid = "v1deo.%*+-'`{|}~#$&^_!";
  const Answer answer = answer_to(
      with(with(offer_of("chromium"), "a=mid:1", "a=mid:" + mid), "BUNDLE 0 1", "BUNDLE 0 " + mid));
  ASSERT_EQ(answer.media.size(), 2) << answer.code;
  EXPECT_THAT(answer.media[1], Contains("a=mid:" + mid));
}

TEST(Answer, ConnectsPassivelyToAnActiveClient) {
  const Answer answer = answer_to(with(offer_of("chromium"), "a=setup:actpass", "a=setup:active"));
  ASSERT_EQ(answer.media.size(), 2) << answer.code;
  EXPECT_THAT(answer.media[0], Contains("a=setup:passive"));
}

}  // namespace
}  // namespace tessera::peer
