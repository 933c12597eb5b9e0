#include "peer/agreement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "peer/offers.h"
#include "peer/rtp_caps.h"

namespace tessera::peer {
namespace {

using testing::HasSubstr;
using testing::Not;
using Codecs = std::vector<VideoCodec>;

const Codecs both{VideoCodec::vp8, VideoCodec::h264};

Result<Agreement> agree_on(const std::string& sdp, const Codecs& preferred = both) {
  const Result<Offer> offer = read_offer(sdp);
  if (!offer) return offer.error();
  return agree(*offer, preferred);
}

struct Choice {
  std::string browser;
  Codecs preferred;
  VideoCodec codec;
  int audio;
  int video;
  int rtx;
};

TEST(Agreement, TakesOverTheNumbersOfEachBrowser) {
  const std::vector<Choice> choices = {
      {"chromium", both, VideoCodec::vp8, 111, 96, 97},
      {"chromium", {VideoCodec::h264, VideoCodec::vp8}, VideoCodec::h264, 111, 108, 109},
      {"firefox", both, VideoCodec::vp8, 109, 120, 124},
      {"firefox", {VideoCodec::h264}, VideoCodec::h264, 109, 126, 127},
      {"safari", both, VideoCodec::h264, 111, 98, 99},
  };
  for (const Choice& choice : choices) {
    SCOPED_TRACE(choice.browser + " " + name(choice.codec));
    const auto agreement = agree_on(offer_of(choice.browser), choice.preferred);
    ASSERT_TRUE(agreement) << agreement.error().message;
    EXPECT_EQ(agreement->video_codec, choice.codec);
    EXPECT_EQ(agreement->audio->codec.payload_type, choice.audio);
    EXPECT_EQ(agreement->video->codec.payload_type, choice.video);
    EXPECT_EQ(agreement->video->rtx_payload_type, choice.rtx);
    EXPECT_EQ(agreement->audio->rtx_payload_type, std::nullopt);
    EXPECT_TRUE(agreement->video->send && agreement->video->receive);
  }
}

TEST(Agreement, NeedsACodecInCommon) {
  const std::vector<std::pair<std::string, std::string>> changes = {
      {"opus/48000/2", "speex/16000"},
      {"opus/48000/2", "opus/8000"},
      {"a=rtpmap:111 ", "a=rtpmap:112 "},
      {"a=rtpmap:111 opus/48000/2", "a=rtpmap:111"},
  };
  for (const auto& [text, replacement] : changes) {
    const auto agreement = agree_on(with(offer_of("chromium"), text, replacement));
    ASSERT_FALSE(agreement) << replacement;
    EXPECT_EQ(agreement.error().code, "unsupported_media");
  }
  EXPECT_EQ(agree_on(offer_of("safari"), {VideoCodec::vp8}).error().code, "unsupported_media");
  EXPECT_EQ(
      agree_on(with(offer_of("chromium"), "VP8/90000", "VP8/8000"), {VideoCodec::vp8}).error().code,
      "unsupported_media");
}

TEST(Agreement, TakesH264OnlyAsConstrainedBaselineInPacketizationMode1) {
  const auto takes = [](const std::string& parameters) {
    return agree_on(with(offer_of("safari"),
                         "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
                         parameters))
        .has_value();
  };
  EXPECT_TRUE(takes("packetization-mode=1;profile-level-id=42e01f"));
  EXPECT_TRUE(takes("profile-level-id=42E034; packetization-mode=1"));
  EXPECT_TRUE(takes("packetization-mode=1;profile-level-id=42c01f"));
  EXPECT_FALSE(takes("packetization-mode=1;profile-level-id=42001f")) << "baseline";
  EXPECT_FALSE(takes("packetization-mode=1;profile-level-id=4d001f")) << "main";
  EXPECT_FALSE(takes("packetization-mode=0;profile-level-id=42e01f"));
  EXPECT_FALSE(takes("profile-level-id=42e01f")) << "mode 0 is the default";
  EXPECT_FALSE(takes("packetization-mode=1"));
  EXPECT_FALSE(takes("packetization-mode=1;profile-level-id=42e0"));
  EXPECT_FALSE(takes("packetization-mode=1;profile-level-id=42e0zz"));
}

TEST(Agreement, DoesWithoutRetransmissionsThatBelongToAnotherCodec) {
  const auto agreement =
      agree_on(with(offer_of("chromium"), "a=fmtp:97 apt=96", "a=fmtp:97 apt=98"));
  EXPECT_EQ(agreement->video->rtx_payload_type, std::nullopt);
}

TEST(Agreement, FollowsTheDirectionsOfTheClient) {
  const auto agreed = [](const std::string& direction) {
    return *agree_on(with(offer_of("chromium"), "a=sendrecv", direction))->video;
  };
  EXPECT_FALSE(agreed("a=sendonly").send);
  EXPECT_TRUE(agreed("a=sendonly").receive);
  EXPECT_TRUE(agreed("a=recvonly").send);
  EXPECT_FALSE(agreed("a=recvonly").receive);
}

TEST(Agreement, RefusesOnePayloadTypeForSoundAndPicture) {
  for (const char* type : {"96", "97"}) {
    const std::string sdp =
        with(with(offer_of("chromium"), "SAVPF 111 ", std::string("SAVPF ") + type + " "),
             "a=rtpmap:111 ", std::string("a=rtpmap:") + type + " ");
    EXPECT_EQ(agree_on(sdp).error().code, "unsupported_media") << type;
  }
}

TEST(PlainOffer, SaysTheSameAsTheClientsInFewWords) {
  for (const char* browser : {"chromium", "firefox", "safari"}) {
    SCOPED_TRACE(browser);
    const auto offer = read_offer(offer_of(browser));
    const auto agreement = agree(*offer, both);
    const auto again = read_offer(plain_offer(*offer, *agreement));
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(again->audio->codecs.size(), 1);
    EXPECT_EQ(again->audio->codecs[0].payload_type, agreement->audio->codec.payload_type);
    EXPECT_EQ(again->video->codecs.size(), 2);
    EXPECT_EQ(again->video->codecs[1].name, "RTX");
    EXPECT_EQ(again->video->mid, offer->video->mid);
    EXPECT_EQ(again->video->ssrcs, offer->video->ssrcs);
    EXPECT_EQ(again->video->direction, offer->video->direction);
    EXPECT_EQ(again->transport.ice_ufrag, offer->transport.ice_ufrag);
    EXPECT_EQ(again->transport.ice_password, offer->transport.ice_password);
    EXPECT_EQ(again->transport.fingerprints, offer->transport.fingerprints);
    EXPECT_EQ(again->transport.setup, offer->transport.setup);
  }
}

TEST(PlainOffer, KeepsTheOrderOfMLinesAndOfTheBundle) {
  const std::string sdp = offer_of("chromium");
  const std::size_t audio = sdp.find("m=audio");
  const std::size_t video = sdp.find("m=video");
  const std::string turned =
      sdp.substr(0, audio) + sdp.substr(video) + sdp.substr(audio, video - audio);
  for (const char* group : {"BUNDLE 0 1", "BUNDLE 1 0"}) {
    const auto offer = read_offer(with(turned, "BUNDLE 0 1", group));
    const std::string plain = plain_offer(*offer, *agree(*offer, both));
    EXPECT_LT(plain.find("m=video"), plain.find("m=audio"));
    EXPECT_THAT(plain, HasSubstr(std::string("a=group:") + group + "\r\n"));
  }
}

TEST(PlainOffer, LeavesOutCandidatesAndWhateverElseTheClientWrote) {
  const auto offer =
      read_offer(with(offer_of("chromium"), "a=mid:0",
                      "a=candidate:1 1 udp 1 printer.local 9 typ host\r\na=simulcast:send a\r\n"
                      "a=mid:0"));
  const std::string plain = plain_offer(*offer, *agree(*offer, both));
  EXPECT_THAT(plain, Not(HasSubstr("candidate")));
  EXPECT_THAT(plain, Not(HasSubstr("simulcast")));
  EXPECT_THAT(plain, Not(HasSubstr("msid")));
}

TEST(RtpCaps, SayWhatWasOfferedOfTheFeedbackThatWeUnderstand) {
  const auto agreement = agree_on(offer_of("chromium"));
  const std::string video = codec_preferences(*agreement->video);
  EXPECT_EQ(video,
            "application/x-rtp,media=video,encoding-name=VP8,clock-rate=90000,payload=96,"
            "rtcp-fb-nack=true,rtcp-fb-nack-pli=true,rtcp-fb-ccm-fir=true,"
            "rtcp-fb-transport-cc=true,extmap-3=(string)" +
                std::string(transport_cc_uri));
  const std::string audio = codec_preferences(*agreement->audio);
  EXPECT_THAT(audio, HasSubstr("payload=111,encoding-params=(string)2,useinbandfec=(string)1"));
  EXPECT_THAT(audio, HasSubstr("rtcp-fb-transport-cc=true"));
  EXPECT_THAT(audio, HasSubstr("extmap-1=(string)" + std::string(audio_level_uri)));

  const auto firefox = agree_on(offer_of("firefox"));
  EXPECT_THAT(codec_preferences(*firefox->audio), Not(HasSubstr("rtcp-fb")));
}

TEST(RtpCaps, OfH264HaveTheProfileOfTheOffer) {
  const auto agreement = agree_on(offer_of("safari"));
  EXPECT_THAT(codec_preferences(*agreement->video),
              HasSubstr("payload=98,packetization-mode=(string)1,profile-level-id=(string)42e01f,"
                        "level-asymmetry-allowed=(string)1"));
  auto media = *agreement->video;
  media.codec.parameters["level-asymmetry-allowed"] = "1\",payload=(int)7";
  EXPECT_THAT(codec_preferences(media), Not(HasSubstr("level-asymmetry")));
}

TEST(RtpCaps, BehindThePayloaderHaveTheSsrcAndTransportCcOnly) {
  const auto agreement = agree_on(offer_of("chromium"));
  const std::string audio = payload_caps(*agreement->audio, 4294967294);
  EXPECT_THAT(audio, HasSubstr(",ssrc=(uint)4294967294"));
  EXPECT_THAT(audio, HasSubstr("extmap-3=(string)" + std::string(transport_cc_uri)));
  EXPECT_THAT(audio, Not(HasSubstr(std::string(audio_level_uri))));
}

}  // namespace
}  // namespace tessera::peer
