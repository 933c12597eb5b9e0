#include "peer/peer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif

#include "gst/route.h"
#include "peer/caller.h"
#include "peer/offers.h"
#include "support/sanitizers.h"
#include "support/sinks.h"
#include "support/wait.h"

namespace tessera::peer {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::wait_until;
using testing::ElementsAre;
using testing::IsEmpty;

PeerOptions loopback() {
  return {.video_codecs = {VideoCodec::vp8, VideoCodec::h264},
          .ice = {.addresses = {"127.0.0.1"}},
          .first_tile = {320, 180}};
}

const gst::Descriptions& descriptions() {
  static const gst::Descriptions loaded = test::descriptions();
  return loaded;
}

std::string encoder(VideoCodec codec) {
  return codec == VideoCodec::vp8 ? "vp8enc deadline=1 cpu-used=16 keyframe-max-dist=3000"
                                  : "x264enc tune=zerolatency speed-preset=ultrafast"
                                    " ! video/x-h264,profile=constrained-baseline";
}

// The caller's offer doesn't have it if it is made before the first picture.
std::string with_profile(const std::string& sdp) {
  const std::string map = "a=rtpmap:96 H264/90000\r\n";
  const bool has_profile = sdp.find("a=fmtp:96 ") != std::string::npos;
  return with(has_profile ? without(sdp, "a=fmtp:96 ") : sdp, map,
              map + "a=fmtp:96 profile-level-id=42e01f;packetization-mode=1\r\n");
}

// A caller and the peer that answers it. The peer is given a green picture and a tone of 1 kHz to
// send from the start: what it sends too early would be seen.
class Call {
 public:
  explicit Call(PeerOptions options = loopback(), VideoCodec codec = VideoCodec::vp8)
      : options_(std::move(options)),
        picture_(
            "videotestsrc is-live=true pattern=green"
            " ! video/x-raw,format=I420,width=320,height=180,framerate=30/1"
            " ! " +
            encoder(codec)),
        sound_(
            "audiotestsrc is-live=true freq=1000 volume=0.2 samplesperbuffer=960"
            " ! audio/x-raw,rate=48000,channels=1 ! opusenc"),
        caller_({[this](const std::string& offer) { answer(offer); },
                 [this](int m_line_index, const std::string& candidate) {
                   if (peer_ && !loses_candidates) {
                     EXPECT_TRUE(peer_->add_candidate(m_line_index, candidate));
                   }
                 }},
                codec) {
    if (codec == VideoCodec::h264) alter_offer = with_profile;
  }

  Caller& caller() { return caller_; }
  Peer& peer() { return *peer_; }
  void hang_up() { peer_.reset(); }
  bool has_peer() const { return peer_ != nullptr; }
  const std::string& answer_text() const { return answer_; }
  const std::vector<std::string>& candidates() const { return candidates_; }
  const std::vector<std::string>& failures() const { return failures_; }
  bool is_connected() const { return connected_; }

  bool connects() {
    return wait_until([this] { return connected_ || !failures_.empty(); }) && connected_;
  }
  bool fails(seconds deadline = seconds(10)) {
    return wait_until([this] { return !failures_.empty(); }, deadline);
  }

  // Set them before the control thread runs.
  using Alter = std::function<std::string(const std::string&)>;
  Alter alter_offer = [](const auto& sdp) { return sdp; };
  Alter alter_answer = [](const auto& sdp) { return sdp; };
  bool loses_candidates = false;
  bool ends_when_answered = false;
  milliseconds is_busy_when_answered{0};
  bool ends_when_connected = false;
  bool ends_when_failed = false;

 private:
  void answer(const std::string& offer) {
    Peer::Callbacks callbacks;
    callbacks.answer = [this](const std::string& sdp) {
      answer_ = sdp;
      caller_.take_answer(alter_answer(sdp));
      if (ends_when_answered) hang_up();
      for (const TimePoint end = Clock::now() + is_busy_when_answered; Clock::now() < end;) {
      }
    };
    callbacks.candidate = [this](int m_line_index, const std::string& candidate) {
      candidates_.push_back(candidate);
      if (!loses_candidates) caller_.add_candidate(m_line_index, candidate);
    };
    callbacks.connected = [this] {
      connected_ = true;
      if (ends_when_connected) hang_up();
    };
    callbacks.failed = [this](const Error& error) {
      failures_.push_back(error.code);
      if (ends_when_failed) hang_up();
    };
    auto made = Peer::answer("test", alter_offer(offer), descriptions(), options_, callbacks);
    ASSERT_TRUE(made) << made.error().message;
    peer_ = std::move(*made);
    if (peer_->send_video()) {
      picture_route_ = std::make_unique<gst::Route>(picture_.out(), *peer_->send_video(),
                                                    gst::Route::Media::needs_keyframe);
    }
    if (peer_->send_audio()) {
      sound_route_ = std::make_unique<gst::Route>(sound_.out(), *peer_->send_audio(),
                                                  gst::Route::Media::any_buffer);
    }
  }

  PeerOptions options_;
  test::Source picture_;
  test::Source sound_;
  std::unique_ptr<Peer> peer_;
  std::unique_ptr<gst::Route> picture_route_;
  std::unique_ptr<gst::Route> sound_route_;
  std::string answer_;
  std::vector<std::string> candidates_;
  std::vector<std::string> failures_;
  bool connected_ = false;
  Caller caller_;
};

const test::Pixel red = test::yuv(255, 0, 0);
const test::Pixel green = test::yuv(0, 255, 0);

TEST(Peer, CarriesPictureAndSoundBothWays) {
  Call call;
  ASSERT_TRUE(call.connects()) << call.answer_text();
  EXPECT_TRUE(call.peer().is_connected());
  test::PictureSink camera(*call.peer().video());
  test::SoundSink microphone(*call.peer().audio());
  call.peer().decode_audio(true);
  EXPECT_TRUE(wait_until([&] { return test::is_near(camera.received().pixel(0.5, 0.5), red); }))
      << test::describe(camera.received().pixel(0.5, 0.5));
  EXPECT_EQ(camera.received().size(), (Resolution{320, 180}));
  EXPECT_TRUE(wait_until([&] { return microphone.received().tone_db(440).value_or(-99) > -20; }));
  auto& caller = call.caller().received();
  EXPECT_TRUE(wait_until([&] { return test::is_near(caller.pixel(0.5, 0.5), green); }))
      << test::describe(caller.pixel(0.5, 0.5));
  EXPECT_TRUE(wait_until([&] { return caller.tone_db(1000).value_or(-99) > -20; }));
  EXPECT_THAT(call.failures(), IsEmpty());
}

TEST(Peer, ScalesThePictureToItsTileWhileItRuns) {
  Call call;
  ASSERT_TRUE(call.connects());
  test::PictureSink camera(*call.peer().video());
  call.peer().set_tile({640, 360});
  EXPECT_TRUE(wait_until([&] { return camera.received().size() == Resolution{640, 360}; }));
  call.peer().set_tile({160, 90});
  EXPECT_TRUE(wait_until([&] { return camera.received().size() == Resolution{160, 90}; }));
}

TEST(Peer, DecodesThePictureOnlyWhileItIsWanted) {
  Call call;
  ASSERT_TRUE(call.connects());
  test::PictureSink camera(*call.peer().video());
  ASSERT_TRUE(wait_until([&] { return camera.received().frames() > 0; }));
  call.peer().decode_video(false);
  test::observe(milliseconds(200));
  camera.received().start_measuring();
  test::observe(milliseconds(300));
  EXPECT_EQ(camera.received().frames(), 0);
  call.peer().decode_video(true);
  EXPECT_TRUE(wait_until([&] { return camera.received().frames() > 0; }, seconds(2)));
}

TEST(Peer, LetsOnlySoManyPicturesLeaveASecond) {
  Call call;
  ASSERT_TRUE(call.connects());
  test::PictureSink camera(*call.peer().video());
  ASSERT_TRUE(wait_until([&] { return camera.received().frames() > 0; }));
  call.peer().limit_frame_rate(10);
  camera.received().start_measuring();
  test::observe(seconds(2));
  EXPECT_NEAR(camera.received().frames_per_second(), 10, 2 * test::slowness);
}

TEST(Peer, DecodesTheSoundOnlyWhileItIsWantedButKnowsItsLevel) {
  Call call;
  ASSERT_TRUE(call.connects());
  test::SoundSink microphone(*call.peer().audio());
  const auto expect_a_level_only = [&] {
    call.peer().take_level();
    test::observe(milliseconds(300));
    EXPECT_TRUE(call.peer().take_level().has_value());
    EXPECT_EQ(microphone.received().sound_packets(), 0);
  };
  ASSERT_TRUE(wait_until([&] { return call.peer().take_level().has_value(); }));
  expect_a_level_only();
  call.peer().decode_audio(true);
  EXPECT_TRUE(wait_until([&] { return microphone.received().tone_db(440).value_or(-99) > -20; }));
  call.peer().decode_audio(false);
  test::observe(milliseconds(200));
  microphone.received().start_measuring();
  expect_a_level_only();
}

void expect_no_pictures_of_more_than(Resolution largest, VideoCodec codec) {
  PeerOptions options = loopback();
  options.largest_picture = largest;
  Call call(options, codec);
  ASSERT_TRUE(call.connects());
  test::PictureSink camera(*call.peer().video());
  ASSERT_TRUE(call.fails());
  EXPECT_THAT(call.failures(), ElementsAre("media_failure"));
  EXPECT_EQ(camera.received().frames(), 0);
}

TEST(Peer, DecodesNoPicturesThatAreTooLarge) {
  expect_no_pictures_of_more_than({320, 179}, VideoCodec::vp8);
}

// 180 lines are 12 rows of macroblocks, which are 192 lines.
TEST(Peer, DecodesNoPicturesOfH264WhoseCodedSizeIsTooLarge) {
  expect_no_pictures_of_more_than({320, 191}, VideoCodec::h264);
}

TEST(Peer, DecodesH264) {
  PeerOptions options = loopback();
  options.largest_picture = {320, 192};
  Call call(options, VideoCodec::h264);
  ASSERT_TRUE(call.connects()) << call.answer_text();
  test::PictureSink camera(*call.peer().video());
  EXPECT_TRUE(wait_until([&] { return test::is_near(camera.received().pixel(0.5, 0.5), red); }))
      << test::describe(camera.received().pixel(0.5, 0.5));
  EXPECT_THAT(call.failures(), IsEmpty());
}

void expect_forwarded_undecoded(VideoCodec codec, const std::string& decoder) {
  Call call(loopback(), codec);
  ASSERT_TRUE(call.connects());
  call.peer().decode_video(false);
  test::observe(milliseconds(200));  // Pictures that are on their way.
  test::PictureSink camera(*call.peer().video());
  test::SoundSink microphone(*call.peer().audio());
  const test::Through decoded(*call.peer().encoded_video(),
                              decoder + " ! videoconvert ! video/x-raw,format=I420",
                              gst::Route::Media::needs_keyframe);
  const test::Through heard(*call.peer().encoded_audio(),
                            "opusdec ! audioconvert ! audioresample"
                            " ! audio/x-raw,format=F32LE,rate=48000,channels=1");
  test::PictureSink forwarded(decoded.out());
  test::SoundSink forwarded_sound(heard.out());
  call.peer().forward(true, true);
  EXPECT_TRUE(wait_until([&] { return test::is_near(forwarded.received().pixel(0.5, 0.5), red); }))
      << test::describe(forwarded.received().pixel(0.5, 0.5));
  EXPECT_TRUE(
      wait_until([&] { return forwarded_sound.received().tone_db(440).value_or(-99) > -20; }));
  EXPECT_EQ(camera.received().frames(), 0);
  EXPECT_EQ(microphone.received().sound_packets(), 0);

  call.peer().decode_video(true);
  call.peer().decode_audio(true);
  EXPECT_TRUE(wait_until([&] { return test::is_near(camera.received().pixel(0.5, 0.5), red); }));
  EXPECT_TRUE(wait_until([&] { return microphone.received().tone_db(440).value_or(-99) > -20; }));

  call.peer().decode_video(false);
  call.peer().decode_audio(false);
  call.peer().forward(false, false);
  test::observe(milliseconds(200));
  forwarded.received().start_measuring();
  forwarded_sound.received().start_measuring();
  test::observe(milliseconds(300));
  EXPECT_EQ(forwarded.received().frames(), 0);
  EXPECT_EQ(forwarded_sound.received().sound_packets(), 0);
}

TEST(Peer, ForwardsWhatItNeedNotDecode) { expect_forwarded_undecoded(VideoCodec::vp8, "vp8dec"); }

TEST(Peer, ForwardsH264ThatItNeedNotDecode) {
  expect_forwarded_undecoded(VideoCodec::h264, "h264parse ! avdec_h264");
}

// An SSRC of the peer, as its answer names the first of the last m-line.
std::uint32_t ssrc_of_video(const std::string& answer) {
  const std::string before = "a=ssrc:";
  const std::size_t at = answer.find(before, answer.find("m=video"));
  EXPECT_NE(at, std::string::npos) << answer;
  return static_cast<std::uint32_t>(std::stoul(answer.substr(at + before.size())));
}

TEST(Peer, SendsNoMorePacketsAgainThanAClientMayNeed) {
  Call call;
  ASSERT_TRUE(call.connects());
  ASSERT_TRUE(wait_until([&] { return call.caller().received().frames() > 30; }));
  const std::uint32_t ssrc = ssrc_of_video(call.answer_text());
  call.caller().ask_for_latest_again(ssrc);
  ASSERT_TRUE(wait_until([&] { return call.caller().all_got_again() > 0; })) << "no NACK arrives";
  for (int i = 0; i < 30; ++i) call.caller().ask_for_all_again(ssrc);
  test::observe(milliseconds(500));
  EXPECT_LT(call.caller().all_got_again(), 100);
  EXPECT_THAT(call.failures(), IsEmpty());
}

TEST(Peer, TakesNothingOfASeventeenthSsrcThatTheOfferDoesNotName) {
  struct Case {
    int forged;
    bool names_ssrcs;
    bool is_heard;
  };
  for (const Case& a_case : {Case{8, false, true}, {16, false, false}, {40, true, true}}) {
    SCOPED_TRACE(a_case.forged);
    Call call;
    if (!a_case.names_ssrcs) {
      call.alter_offer = [](const std::string& sdp) { return without(sdp, "a=ssrc:"); };
    }
    call.alter_answer = [&](const std::string& sdp) {
      call.caller().forge_ssrcs(a_case.forged);
      return sdp;
    };
    ASSERT_TRUE(call.connects());
    if (!a_case.is_heard) test::observe(seconds(1));
    EXPECT_EQ(wait_until([&] { return call.peer().take_level().has_value(); },
                         seconds(a_case.is_heard ? 10 : 0)),
              a_case.is_heard);
  }
}

TEST(Peer, KnowsHowLoudTheClientIs) {
  Call call;
  ASSERT_TRUE(call.connects());
  std::optional<int> level;
  ASSERT_TRUE(wait_until([&] { return (level = call.peer().take_level()).has_value(); }));
  // A sine of amplitude 0.2 has -17 dBov.
  EXPECT_NEAR(*level, 17, 3);
  call.caller().fall_silent();
  test::observe(milliseconds(200));
  call.peer().take_level();
  EXPECT_EQ(call.peer().take_level(), std::nullopt);
}

TEST(Peer, GetsLostPacketsAgainAndSendsThemAgain) {
  Call call;
  ASSERT_TRUE(call.connects());
  ASSERT_TRUE(wait_until([&] { return call.caller().received().frames() > 0; }));
  EXPECT_EQ(call.caller().sent_again(), 0);
  call.caller().lose_sent(10);
  call.caller().lose_received(10);
  EXPECT_TRUE(wait_until([&] { return call.caller().sent_again() > 3; }));
  EXPECT_TRUE(wait_until([&] { return call.caller().got_again() > 3; }));
}

// The last digit of every fingerprint.
std::string falsify(std::string sdp) {
  for (std::size_t at = 0; (at = sdp.find("a=fingerprint:", at)) != std::string::npos; ++at) {
    char& digit = sdp[sdp.find_first_of("\r\n", at) - 1];
    digit = digit == '0' ? '1' : '0';
  }
  return sdp;
}

TEST(Peer, LetsNoMediaPassInEitherDirectionIfTheCertificateIsNotTheOfferedOne) {
  Call call;
  call.alter_offer = falsify;
  ASSERT_TRUE(call.fails());
  test::observe(seconds(1));
  EXPECT_THAT(call.failures(), ElementsAre("fingerprint_mismatch"));
  EXPECT_FALSE(call.is_connected());
  EXPECT_FALSE(call.peer().is_connected());
  EXPECT_EQ(call.peer().video()->silent_for(), std::nullopt);
  EXPECT_EQ(call.peer().audio()->silent_for(), std::nullopt);
  EXPECT_EQ(call.peer().take_level(), std::nullopt);
  EXPECT_EQ(call.caller().received().frames(), 0);
  EXPECT_EQ(call.caller().received().sound_packets(), 0);
}

TEST(Peer, DropsAPictureThatWasNotAgreedOn) {
  Call call;
  call.alter_offer = [](const std::string& sdp) {
    const std::size_t video = sdp.find("m=video");
    return sdp.substr(0, video) + with(sdp.substr(video), "a=sendrecv", "a=recvonly");
  };
  call.alter_answer = [](const std::string& sdp) { return with(sdp, "a=sendonly", "a=sendrecv"); };
  ASSERT_TRUE(call.connects());
  EXPECT_EQ(call.peer().video(), nullptr);
  EXPECT_FALSE(wait_until([&] { return !call.failures().empty(); }, seconds(1)))
      << call.failures()[0];
  auto& caller = call.caller().received();
  EXPECT_TRUE(wait_until([&] { return test::is_near(caller.pixel(0.5, 0.5), green); }));
  EXPECT_LT(call.peer().audio()->silent_for(), milliseconds(200));
}

// For clients that take candidates only with the answer. However late the control thread looks.
TEST(Peer, TellsOfItsLastCandidateLast) {
  for (const milliseconds busy : {milliseconds(0), milliseconds(100)}) {
    Call call;
    call.is_busy_when_answered = busy;
    ASSERT_TRUE(call.connects());
    const auto& candidates = call.candidates();
    EXPECT_TRUE(wait_until([&] { return std::ranges::count(candidates, "") > 0; }));
    test::observe(milliseconds(100));
    EXPECT_GT(candidates.size(), 1U);
    EXPECT_EQ(std::ranges::count(candidates, ""), 1);
    EXPECT_EQ(candidates.back(), "");
  }
}

TEST(Peer, ReportsThatNoConnectionCameAbout) {
  PeerOptions options = loopback();
  options.connection_timeout = milliseconds(500);
  Call call(options);
  call.loses_candidates = true;
  ASSERT_TRUE(call.fails());
  EXPECT_THAT(call.failures(), ElementsAre("connection_timeout"));
  EXPECT_FALSE(call.peer().is_connected());
}

TEST(Peer, NoticesThatTheClientHasVanished) {
  PeerOptions options = loopback();
  options.silence_timeout = milliseconds(800);
  Call call(options);
  ASSERT_TRUE(call.connects());
  EXPECT_FALSE(wait_until([&] { return !call.failures().empty(); }, milliseconds(1600)))
      << "it is still there";
  call.caller().fall_silent();
  ASSERT_TRUE(call.fails(seconds(2)));
  EXPECT_THAT(call.failures(), ElementsAre("connection_lost"));
}

TEST(Peer, MayBeDestroyedInEachOfItsCallbacks) {
  {
    Call call;
    call.ends_when_answered = true;
    EXPECT_TRUE(wait_until([&] { return !call.answer_text().empty(); }));
    EXPECT_FALSE(call.has_peer());
  }
  {
    Call call;
    call.ends_when_connected = true;
    EXPECT_TRUE(call.connects());
    EXPECT_FALSE(call.has_peer());
  }
  {
    PeerOptions options = loopback();
    options.connection_timeout = milliseconds(300);
    Call call(options);
    call.ends_when_failed = true;
    call.loses_candidates = true;
    EXPECT_TRUE(call.fails());
    EXPECT_FALSE(call.has_peer());
  }
  EXPECT_TRUE(wait_for_workers(seconds(10)));
}

Peer::Callbacks no_callbacks() {
  return {[](const std::string&) {}, [](int, const std::string&) {}, [] {}, [](const Error&) {}};
}

TEST(Peer, MayBeDestroyedAtAnyMomentOfItsNegotiation) {
  for (int step = 0; step < 12; ++step) {
    SCOPED_TRACE(step);
    bool answered = false;
    Peer::Callbacks callbacks = no_callbacks();
    callbacks.answer = [&](const std::string&) { answered = true; };
    auto peer = *Peer::answer("test", offer_of("chromium"), descriptions(), loopback(), callbacks);
    test::observe(milliseconds(step * 3));
    answered = false;
    peer.reset();
    EXPECT_TRUE(wait_for_workers(seconds(10)));
    EXPECT_FALSE(answered) << "after its end";
  }
}

TEST(Peer, TakesCandidatesOfAllKinds) {
  auto peer =
      *Peer::answer("test", offer_of("chromium"), descriptions(), loopback(), no_callbacks());
  const std::string candidate = "candidate:1 1 udp 2113937151 127.0.0.1 50000 typ host";
  for (const int m_line_index : {0, 1, 2, -1, 2000000000}) {
    EXPECT_TRUE(peer->add_candidate(m_line_index, candidate)) << m_line_index;
  }
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(peer->add_candidate(0, candidate));
  EXPECT_TRUE(peer->add_candidate(0, ""));
  EXPECT_EQ(peer->add_candidate(0, "rubbish").error().code, "invalid_candidate");
}

TEST(Peer, HandsOnTheErrorsOfABadOffer) {
  const auto code_of = [](const std::string& sdp) {
    const auto peer = Peer::answer("test", sdp, descriptions(), loopback(), no_callbacks());
    return peer ? "" : peer.error().code;
  };
  EXPECT_EQ(code_of("rubbish"), "invalid_sdp");
  EXPECT_EQ(code_of(with(offer_of("chromium"), "opus", "speex")), "unsupported_media");
}

// The project's descriptions, but with a stage more before the packets' caps of a VP8 sender.
gst::Descriptions descriptions_with(const std::string& stage) {
  namespace fs = std::filesystem;
  const fs::path folder = fs::path(testing::TempDir()) / "tessera_peer_test";
  fs::create_directories(folder);
  for (auto [name, text] : descriptions().all()) {
    const std::string before = "! capsfilter name=send_video_caps";
    if (name == "send-vp8") text = with(text, before, stage + " " + before);
    std::ofstream(folder / (name + ".gst")) << text;
  }
  auto loaded = gst::Descriptions::load(folder);
  fs::remove_all(folder);
  EXPECT_TRUE(loaded) << loaded.error().message;
  return *loaded;
}

// Keeps the leak sanitizer from reporting what is allocated meanwhile on this thread.
class Unreported {
 public:
#ifdef __SANITIZE_ADDRESS__
  Unreported() { __lsan_disable(); }
  ~Unreported() { __lsan_enable(); }
#endif
};

TEST(Peer, ReportsThatWebrtcbinRefusesToAnswer) {
  std::string code;
  Peer::Callbacks callbacks = no_callbacks();
  callbacks.failed = [&](const Error& error) { code = error.code; };
  const auto contradicting = descriptions_with("! application/x-rtp,rtcp-fb-nack=false");
  const auto peer = [&] {
    // A webrtcbin (1.22) that refuses keeps the caps that it was to answer with.
    [[maybe_unused]] const Unreported unreported;
    return Peer::answer("test", offer_of("chromium"), contradicting, loopback(), callbacks);
  }();
  ASSERT_TRUE(peer) << peer.error().message;
  ASSERT_TRUE(wait_until([&] { return !code.empty(); }));
  EXPECT_EQ(code, "media_failure");
}

}  // namespace
}  // namespace tessera::peer
