#include "peer/offer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <ctime>

#include "peer/offers.h"
#include "support/sanitizers.h"

namespace tessera::peer {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

const OfferedCodec* codec_of(const std::optional<OfferedMedia>& media, int payload_type) {
  for (const OfferedCodec& codec : media->codecs) {
    if (codec.payload_type == payload_type) return &codec;
  }
  return nullptr;
}

TEST(Offer, OfChromiumIsRead) {
  const auto offer = read_offer(offer_of("chromium"));
  ASSERT_TRUE(offer) << offer.error().message;
  ASSERT_TRUE(offer->audio && offer->video);
  EXPECT_EQ(offer->audio->mid, "0");
  EXPECT_EQ(offer->video->m_line_index, 1);
  EXPECT_EQ(offer->video->direction, Direction::sendrecv);
  EXPECT_THAT(offer->audio->extensions, ElementsAre(Pair(std::string(transport_cc_uri), 3),
                                                    Pair(std::string(audio_level_uri), 1)));
  EXPECT_THAT(offer->video->extensions, ElementsAre(Pair(std::string(transport_cc_uri), 3)));
  EXPECT_THAT(offer->audio->ssrcs, ElementsAre(3081322073));
  EXPECT_THAT(offer->video->ssrcs, ElementsAre(3268943859, 1163877071));
  EXPECT_THAT(offer->video->codecs, SizeIs(23));
  ASSERT_NE(codec_of(offer->video, 108), nullptr);
  EXPECT_EQ(codec_of(offer->video, 108)->name, "H264");
  EXPECT_EQ(codec_of(offer->video, 108)->parameters.at("profile-level-id"), "42e01f");
  EXPECT_THAT(codec_of(offer->video, 96)->feedback,
              ElementsAre("goog-remb", "transport-cc", "ccm fir", "nack", "nack pli"));
  EXPECT_TRUE(offer->transport.is_bundled);
  EXPECT_EQ(offer->transport.m_line_index, 0);
  EXPECT_EQ(offer->transport.ice_ufrag, "Mgxm");
  EXPECT_EQ(offer->transport.ice_password, "nnjIE6rZpptFV/Vf5EjiNSot");
  EXPECT_EQ(offer->transport.setup, "actpass");
  EXPECT_THAT(offer->transport.fingerprints,
              ElementsAre("17:C2:6C:47:C1:D2:00:43:6C:4A:4A:F5:FB:9A:99:03:70:B2:F0:78:8F:5F:7A:EB:"
                          "63:C2:F8:C0:1F:CB:02:AC"));
}

TEST(Offer, OfFirefoxIsReadWithTheFingerprintOfItsSessionAndTheMLineThatIsBundleOnly) {
  const auto offer = read_offer(offer_of("firefox"));
  ASSERT_TRUE(offer) << offer.error().message;
  ASSERT_TRUE(offer->audio && offer->video);
  EXPECT_EQ(codec_of(offer->audio, 109)->name, "OPUS");
  EXPECT_EQ(codec_of(offer->video, 120)->name, "VP8");
  EXPECT_THAT(offer->audio->extensions, ElementsAre(Pair(std::string(audio_level_uri), 1)));
  EXPECT_THAT(offer->video->extensions, ElementsAre(Pair(std::string(transport_cc_uri), 7)));
  EXPECT_THAT(offer->transport.fingerprints, SizeIs(1));
}

TEST(Offer, OfSafariIsRead) {
  const auto offer = read_offer(offer_of("safari"));
  ASSERT_TRUE(offer) << offer.error().message;
  EXPECT_EQ(codec_of(offer->video, 96)->parameters.at("profile-level-id"), "640c1f");
  EXPECT_EQ(offer->transport.ice_ufrag, "Rz4/");
}

TEST(Offer, OfOneMLineNeedsNoBundle) {
  std::string sdp = offer_of("chromium");
  sdp = without(sdp.substr(0, sdp.find("m=video")), "a=group");
  const auto offer = read_offer(sdp);
  ASSERT_TRUE(offer) << offer.error().message;
  EXPECT_FALSE(offer->video);
  EXPECT_FALSE(offer->transport.is_bundled);
}

TEST(Offer, TakesTheTransportOfTheMLineThatItsBundleNamesFirst) {
  const auto offer = read_offer(
      with(offer_of("chromium"), "a=group:BUNDLE 0 1", "a=group:LS 0 1\r\na=group:BUNDLE 1 0"));
  ASSERT_TRUE(offer) << offer.error().message;
  EXPECT_EQ(offer->transport.m_line_index, 1);
}

TEST(Offer, ReadsEveryDirectionAlsoThatOfTheSession) {
  for (const auto& [text, direction] :
       {std::pair("sendrecv", Direction::sendrecv), std::pair("sendonly", Direction::sendonly),
        std::pair("recvonly", Direction::recvonly)}) {
    const std::string line = std::string("a=") + text + "\r\n";
    const auto of_media = read_offer(with(offer_of("chromium"), "a=sendrecv\r\n", line));
    EXPECT_EQ(of_media->video->direction, direction) << text;
    const auto of_session = read_offer(
        with(without(offer_of("chromium"), "a=sendrecv"), "t=0 0\r\n", "t=0 0\r\n" + line));
    EXPECT_EQ(of_session->video->direction, direction) << text;
  }
}

TEST(Offer, KeepsItsCandidatesForTheirCheck) {
  const std::string candidate = "candidate:1 1 udp 2113937151 192.168.1.7 50000 typ host";
  const auto offer =
      read_offer(with(offer_of("chromium"), "a=mid:0", "a=" + candidate + "\r\na=mid:0"));
  EXPECT_THAT(offer->transport.candidates, ElementsAre(candidate));
}

TEST(Offer, LooksForItsFingerprintAmongOthers) {
  const auto offer =
      read_offer(with(offer_of("chromium"), "a=fingerprint:sha-256",
                      "a=fingerprint:sha-1 00:01:02\r\na=fingerprint:sha-256 12:34\r\n"
                      "a=fingerprint:SHA-256"));
  ASSERT_TRUE(offer) << offer.error().message;
  EXPECT_THAT(offer->transport.fingerprints, SizeIs(1));
}

TEST(Offer, LeavesOutWhatCannotBeAnswered) {
  const auto extension = [](const std::string& line) {
    return read_offer(with(offer_of("firefox"), "a=extmap:1 ", line))->audio->extensions;
  };
  EXPECT_THAT(extension("a=extmap:1/sendrecv "), SizeIs(1));
  EXPECT_THAT(extension("a=extmap:1/sendonly "), IsEmpty());
  EXPECT_THAT(extension("a=extmap:0 "), IsEmpty());
  EXPECT_THAT(extension("a=extmap:15 "), IsEmpty());
  EXPECT_THAT(extension("a=extmap:99999999999 "), IsEmpty());
  EXPECT_THAT(extension("a=extmap:x "), IsEmpty());
  EXPECT_THAT(extension("a=extmap:1 " + std::string(transport_cc_uri) + "\r\na=extmap:1 "),
              ElementsAre(Pair(std::string(transport_cc_uri), 1)))
      << "one id for two extensions";

  const auto types =
      read_offer(with(offer_of("firefox"), "SAVPF 109 ", "SAVPF 109 109 128 -1 4294967405 x "));
  EXPECT_THAT(types->audio->codecs, SizeIs(5));
}

struct BadOffer {
  std::string why;
  std::string sdp;
  std::string code;
};

std::ostream& operator<<(std::ostream& out, const BadOffer& offer) { return out << offer.why; }

class BadOfferTest : public testing::TestWithParam<BadOffer> {};

TEST_P(BadOfferTest, GetsItsCode) {
  const auto offer = read_offer(GetParam().sdp);
  ASSERT_FALSE(offer) << GetParam().why;
  EXPECT_EQ(offer.error().code, GetParam().code);
  EXPECT_FALSE(offer.error().message.empty());
}

std::string chromium() { return offer_of("chromium"); }

std::string sound_alone() {
  const std::string sdp = chromium();
  return sdp.substr(0, sdp.find("m=video"));
}

std::vector<BadOffer> bad_offers() {
  const std::string data_channel =
      "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\na=mid:2\r\n"
      "a=sctp-port:5000\r\n";
  const std::string session_alone = chromium().substr(0, chromium().find("m=audio"));
  return {
      {"empty", "", "invalid_sdp"},
      {"rubbish", "give me video, please", "invalid_sdp"},
      {"HTML", "<html></html>", "invalid_sdp"},
      {"a NUL in it", with(chromium(), "a=mid:1", std::string("a=mid:1\0x", 9)), "invalid_sdp"},
      {"a NUL at its end", chromium() + std::string(1, '\0'), "invalid_sdp"},
      {"an escape in it", with(chromium(), "a=mid:1", "a=mid:\x1b[31m"), "invalid_sdp"},
      {"too long", chromium() + std::string(70000, 'a'), "invalid_sdp"},
      {"cut off in the first m-line", chromium().substr(0, chromium().find("a=ice-pwd")),
       "invalid_sdp"},
      {"the first line alone", "v=0", "no_media"},
      {"no m-lines", session_alone, "no_media"},
      {"all m-lines inactive", with(chromium(), "a=sendrecv", "a=inactive"), "no_media"},
      {"all m-lines with port 0",
       with(with(chromium(), "m=audio 9", "m=audio 0"), "m=video 9", "m=video 0"), "no_media"},
      {"one m-line with port 0", with(chromium(), "m=video 9", "m=video 0"), "unsupported_media"},
      {"an m-line without a port", with(chromium(), "m=video 9", "m=video"), "unsupported_media"},
      {"a data channel", chromium() + data_channel, "unsupported_media"},
      {"a data channel alone", session_alone + data_channel, "unsupported_media"},
      {"an empty m-line", session_alone + "m=\r\n", "no_media"},
      {"two m-lines for sound", with(chromium(), "m=video", "m=audio"), "unsupported_media"},
      {"no BUNDLE", without(chromium(), "a=group"), "unsupported_media"},
      {"a BUNDLE of half", with(chromium(), "BUNDLE 0 1", "BUNDLE 0"), "unsupported_media"},
      {"a BUNDLE of nothing", with(chromium(), "BUNDLE 0 1", "BUNDLE"), "unsupported_media"},
      {"a BUNDLE that begins with a stranger", with(chromium(), "BUNDLE 0 1", "BUNDLE 7 0 1"),
       "invalid_sdp"},
      {"no mid", without(chromium(), "a=mid:1"), "invalid_sdp"},
      {"an empty mid", with(chromium(), "a=mid:1", "a=mid:"), "invalid_sdp"},
      {"a mid with a space", with(chromium(), "a=mid:1", "a=mid:1 0"), "invalid_sdp"},
      {"a mid with quotes and commas", with(chromium(), "a=mid:1", "a=mid:\"1\",x=(string)y"),
       "invalid_sdp"},
      {"a mid without end", with(sound_alone(), "a=mid:0", "a=mid:" + std::string(5000, '0')),
       "invalid_sdp"},
      {"the same mid twice", with(chromium(), "a=mid:1", "a=mid:0"), "invalid_sdp"},
      {"no ICE name", without(chromium(), "a=ice-ufrag"), "invalid_sdp"},
      {"no ICE password", without(chromium(), "a=ice-pwd"), "invalid_sdp"},
      {"a short ICE password", with(chromium(), "nnjIE6rZpptFV/Vf5EjiNSot", "nnj"), "invalid_sdp"},
      {"an ICE name with spaces", with(chromium(), "Mgxm", "Mg xm"), "invalid_sdp"},
      {"no fingerprint", without(chromium(), "a=fingerprint"), "invalid_sdp"},
      {"a fingerprint of SHA-1", with(chromium(), "sha-256", "sha-1"), "invalid_sdp"},
      {"half a fingerprint", with(chromium(), ":63:C2:F8:C0:1F:CB:02:AC", ""), "invalid_sdp"},
      {"a fingerprint that isn't hex", with(chromium(), "17:C2", "17:G2"), "invalid_sdp"},
      {"no setup", without(chromium(), "a=setup"), "invalid_sdp"},
      {"an unknown setup", with(chromium(), "actpass", "holdconn"), "invalid_sdp"},
      {"no rtcp-mux", without(chromium(), "a=rtcp-mux"), "unsupported_media"},
  };
}

std::string name_of(const testing::TestParamInfo<BadOffer>& offer) {
  std::string name = offer.param.why;
  const auto is_other = [](unsigned char c) { return std::isalnum(c) == 0; };
  std::ranges::replace_if(name, is_other, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Offer, BadOfferTest, testing::ValuesIn(bad_offers()), name_of);

TEST(Offer, ReadsAnyPrefixAndAnyOfferWithAByteChangedWithoutHarm) {
  const std::string sdp = offer_of("firefox");
  for (std::size_t length = 0; length < sdp.size(); length += 7) {
    (void)read_offer(sdp.substr(0, length));
  }
  for (std::size_t at = 0; at < sdp.size(); at += test::is_sanitized ? 5 : 1) {
    std::string changed = sdp;
    for (const char c : {'=', ' ', '\n', '9', '\xff'}) {
      changed[at] = c;
      const auto offer = read_offer(changed);
      EXPECT_TRUE(offer || !offer.error().code.empty());
    }
  }
}

using CpuTime = std::chrono::duration<double, std::milli>;

// How long reading it keeps the processor, whatever else runs on the machine.
CpuTime time_to_read(const std::string& sdp) {
  const std::clock_t start = std::clock();
  (void)read_offer(sdp);
  return CpuTime(1000.0 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
}

// The offer with a line again and again, at the end of its session or of its last m-line.
std::string repeating(const std::string& line, int lines) {
  const std::string sdp = sound_alone();
  std::string repeated;
  for (int i = 0; i < lines; ++i) repeated += line + "\r\n";
  return line.starts_with("a=group") ? with(sdp, "t=0 0\r\n", "t=0 0\r\n" + repeated)
                                     : sdp + repeated;
}

TEST(Offer, OfManyLinesIsReadInAMoment) {
  constexpr CpuTime moment(test::is_sanitized ? 200 : 40);
  for (const std::string line : {"a=group:", "a=group:LS 0", "a=rtcp-fb:* nack",
                                 "a=fingerprint:sha-1 00", "a=candidate:x"}) {
    const int most = static_cast<int>(60000 / (line.size() + 2));
    for (const int lines : {900, most}) {
      const std::string sdp = repeating(line, lines);
      EXPECT_LT(time_to_read(sdp), moment) << lines << " of " << line;
      EXPECT_EQ(bool(read_offer(sdp)), lines == 900) << lines << " of " << line;
    }
  }
  EXPECT_EQ(read_offer(repeating("a=x", 1000)).error().code, "invalid_sdp");
  std::string many_types = " 1";
  while (many_types.size() < 30000) many_types += " 1";
  EXPECT_THAT(read_offer(with(sound_alone(), " 126\r\n", many_types + "\r\n"))->audio->codecs,
              SizeIs(8));
  std::string many_ssrcs = sound_alone();
  for (int i = 0; i < 900; ++i) many_ssrcs += "a=ssrc:" + std::to_string(i) + " cname:x\r\n";
  EXPECT_THAT(read_offer(many_ssrcs)->audio->ssrcs, SizeIs(8));
}

}  // namespace
}  // namespace tessera::peer
