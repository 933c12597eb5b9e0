#include "integration/meeting.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "support/log_lines.h"
#include "support/sanitizers.h"
#include "support/websocket.h"

namespace tessera::test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

class MeetingTest : public Meeting {};

TEST_F(MeetingTest, EachSeesEverybodyAndHearsAllOthers) {
  auto ada = join({.name = "Ada", .colour = red, .tone_hz = 440});
  auto grace = join({.name = "Grace", .colour = green, .tone_hz = 1000});
  auto alan = join({.name = "Alan", .colour = blue, .tone_hz = 1800});
  for (Client* viewer : {ada.get(), grace.get(), alan.get()}) {
    EXPECT_TRUE(soon_sees(*viewer, ada->id(), red));
    EXPECT_TRUE(soon_sees(*viewer, grace->id(), green));
    EXPECT_TRUE(soon_sees(*viewer, alan->id(), blue));
    EXPECT_EQ(viewer->received().size(), (Resolution{1280, 720}));
    EXPECT_EQ(viewer->participants().size(), 3U);
  }
  EXPECT_TRUE(soon_hears(*ada, {1000, 1800}, {440}));
  EXPECT_TRUE(soon_hears(*grace, {440, 1800}, {1000}));
  EXPECT_TRUE(soon_hears(*alan, {440, 1000}, {1800}));

  ada->received().start_measuring();
  observe(2s);
  EXPECT_GE(ada->received().frames_per_second(), 25 / slowness);
  EXPECT_LT(ada->received().longest_sound_gap(), slowness * 100ms);
}

TEST_F(MeetingTest, WhoIsAloneGetsFewerFramesUntilSomebodyComes) {
  auto ada = join({.name = "Ada", .colour = red});
  const auto frame_rate = [&] {
    ada->received().start_measuring();
    observe(2s);
    return ada->received().frames_per_second();
  };
  EXPECT_NEAR(frame_rate(), 12, 2 * slowness);
  auto grace = join({.name = "Grace", .colour = green});
  EXPECT_NEAR(frame_rate(), 30, is_sanitized ? 15 : 3);
  grace->leave();
  ASSERT_TRUE(wait_until([&] { return ada->participants().size() == 1; }));
  EXPECT_NEAR(frame_rate(), 12, 2 * slowness);
}

TEST_F(MeetingTest, ClientsOfDifferentCodecsSeeEachOther) {
  auto vp8 = join({.name = "Ada", .video_codec = "VP8", .colour = red, .tone_hz = 440});
  auto h264 = join({.name = "Grace", .video_codec = "H264", .colour = blue, .tone_hz = 1000});
  EXPECT_EQ(vp8->answer().find("H264"), std::string::npos);
  EXPECT_EQ(h264->answer().find("VP8"), std::string::npos);
  for (Client* viewer : {vp8.get(), h264.get()}) {
    EXPECT_TRUE(soon_sees(*viewer, vp8->id(), red));
    EXPECT_TRUE(soon_sees(*viewer, h264->id(), blue));
    viewer->received().start_measuring();
  }
  EXPECT_TRUE(soon_hears(*vp8, {1000}, {440}));
  EXPECT_TRUE(soon_hears(*h264, {440}, {1000}));
  observe(2s);
  EXPECT_GE(vp8->received().frames_per_second(), 25 / slowness);
  EXPECT_GE(h264->received().frames_per_second(), 25 / slowness);
}

TEST_F(MeetingTest, ACameraThatIsOffIsAnAvatarAtOnceAndComesBack) {
  auto ada = join({.name = "Ada", .colour = red});
  auto grace = join({.name = "Grace", .colour = green});
  ASSERT_TRUE(soon_sees(*ada, grace->id(), green));
  grace->set_camera(false);
  EXPECT_TRUE(soon_sees_avatar(*ada, grace->id(), 1s));
  // And stays, though the camera still sends.
  observe(500ms);
  EXPECT_TRUE(sees_avatar(*ada, grace->id()));
  EXPECT_FALSE(ada->participants().at(grace->id()).at("camera").get<bool>());
  grace->set_camera(true);
  EXPECT_TRUE(soon_sees(*ada, grace->id(), green));
}

TEST_F(MeetingTest, ACameraThatStallsIsAnAvatarWithinASecondAndComesBack) {
  auto ada = join({.name = "Ada", .colour = red});
  auto grace = join({.name = "Grace", .colour = green});
  ASSERT_TRUE(soon_sees(*ada, grace->id(), green));
  grace->stall_camera(true);
  EXPECT_TRUE(soon_sees_avatar(*ada, grace->id(), 1200ms));
  grace->stall_camera(false);
  EXPECT_TRUE(soon_sees(*ada, grace->id(), green));
}

TEST_F(MeetingTest, AParticipantWithoutAnOfferIsAnAvatar) {
  auto ada = join({.name = "Ada", .colour = red});
  WebSocket socket(url());
  socket.on_open([&] { socket.send({{"type", "join"}, {"room", "room"}, {"name", "Grace"}}); });
  ASSERT_TRUE(wait_until([&] { return !socket.latest("joined").is_null(); }));
  const std::string grace = socket.latest("joined").at("participant");
  ASSERT_TRUE(wait_until([&] { return ada->tile_of(grace).has_value(); }));
  EXPECT_TRUE(soon_sees_avatar(*ada, grace));
  EXPECT_TRUE(soon_sees(*ada, ada->id(), red));
}

TEST_F(MeetingTest, EachTileHasALabel) {
  auto ada = join({.name = "Ada", .colour = red});
  auto grace = join({.name = "Grace", .colour = green});
  for (Client* viewer : {ada.get(), grace.get()}) {
    EXPECT_TRUE(soon_sees(*viewer, ada->id(), red));
    EXPECT_TRUE(soon_sees(*viewer, grace->id(), green));
    EXPECT_TRUE(soon_sees_label(*viewer, ada->id(), red));
    EXPECT_TRUE(soon_sees_label(*viewer, grace->id(), green));
  }
}

TEST_F(MeetingTest, WhoLeavesIsGoneFromThePictureWithinASecond) {
  auto ada = join({.name = "Ada", .colour = red});
  auto grace = join({.name = "Grace", .colour = green});
  ASSERT_TRUE(soon_sees(*ada, grace->id(), green));
  grace->leave();
  EXPECT_TRUE(wait_until(
      [&] { return ada->layout().at("tiles").size() == 1 && sees(*ada, ada->id(), red); }, 1s));
  // One person has the whole picture.
  const auto corner = [&] { return ada->received().pixel(0.9, 0.1); };
  EXPECT_TRUE(wait_until([&] { return is_colour(corner(), red); }, 1s)) << describe(corner());
  EXPECT_EQ(ada->participants().size(), 1U);
}

TEST_F(MeetingTest, WhoVanishesWithoutAWordIsGoneWithinTenSeconds) {
  auto ada = join({.name = "Ada", .colour = red});
  auto grace = join({.name = "Grace", .colour = green});
  ASSERT_TRUE(soon_sees(*ada, grace->id(), green));
  grace->vanish();
  EXPECT_TRUE(wait_until(
      [&] { return !ada->tile_of(grace->id()) && is_colour(ada->received().pixel(0.9, 0.1), red); },
      10s))
      << describe(ada->received().pixel(0.9, 0.1));
  EXPECT_EQ(ada->participants().size(), 1U);
  EXPECT_TRUE(wait_until([&] { return grace->is_closed(); }));
  EXPECT_THAT(grace->error_codes(), ElementsAre("connection_lost"));
}

TEST_F(MeetingTest, WhoTurnsTheMicrophoneOffIsNotHeardWhateverTheySend) {
  auto ada = join({.name = "Ada", .tone_hz = 440});
  auto grace = join({.name = "Grace", .tone_hz = 1000});
  ASSERT_TRUE(soon_hears(*ada, {1000}, {440}));
  grace->set_microphone(false);
  EXPECT_TRUE(soon_hears(*ada, {}, {440, 1000}));
  grace->set_microphone(true);
  EXPECT_TRUE(soon_hears(*ada, {1000}, {440}));
}

// Each time they change between two mixes, and so between two encoders.
TEST_F(MeetingTest, WhoTurnsTheMicrophoneOffAndOnStartsNoEncoderEachTime) {
  auto ada = join({.name = "Ada", .tone_hz = 440});
  auto grace = join({.name = "Grace", .tone_hz = 1000});
  ASSERT_TRUE(soon_hears(*grace, {440}, {1000}));
  const LogLines lines("mcu");
  for (int turn = 1; turn <= 20; ++turn) {
    const bool on = turn % 2 == 0;
    grace->set_microphone(on);
    ASSERT_TRUE(wait_until(
        [&] { return ada->participants().at(grace->id()).at("microphone").get<bool>() == on; }));
  }
  EXPECT_THAT(lines.with("encoding "), ElementsAre("encoding started room=room mix=programme"));
  EXPECT_TRUE(soon_hears(*ada, {1000}, {440}));
  EXPECT_TRUE(soon_hears(*grace, {440}, {1000}));
}

TEST_F(MeetingTest, SomebodyWithoutVideoHearsAndIsHeard) {
  auto ada = join({.name = "Ada", .colour = red, .tone_hz = 440});
  auto caller = join({.name = "Caller", .video_codec = "", .tone_hz = 1000});
  EXPECT_TRUE(soon_hears(*ada, {1000}, {440}));
  EXPECT_TRUE(soon_hears(*caller, {440}, {1000}));
  EXPECT_EQ(ada->layout().at("tiles").size(), 2U);
}

TEST_F(MeetingTest, RoomsDoNotMix) {
  auto ada = join({.room = "one", .name = "Ada", .tone_hz = 440});
  auto grace = join({.room = "two", .name = "Grace", .tone_hz = 1000});
  observe(1s);
  EXPECT_TRUE(soon_hears(*ada, {}, {1000}));
  EXPECT_EQ(ada->participants().size(), 1U);
}

TEST_F(MeetingTest, ASeatIsClaimedBackWithItsToken) {
  auto ada = join({.name = "Ada", .colour = red});
  auto grace = join({.name = "Grace", .colour = green});
  auto again = join({.name = "Grace", .colour = blue, .token = grace->token()});
  EXPECT_EQ(again->id(), grace->id());
  ASSERT_TRUE(wait_until([&] { return grace->is_closed(); }));
  EXPECT_THAT(grace->error_codes(), ElementsAre("replaced"));
  EXPECT_TRUE(soon_sees(*ada, again->id(), blue));
  EXPECT_EQ(ada->participants().size(), 2U);
}

// The colour close to the left edge of somebody's tile.
std::optional<Pixel> edge_of(Client& viewer, const std::string& whom) {
  const auto tile = viewer.tile_of(whom);
  if (!tile) return std::nullopt;
  const auto [x, y] = tile->at(0.1, 0.5);
  return viewer.received().pixel(x, y);
}

TEST_F(MeetingTest, APortraitCameraIsCroppedToItsTile) {
  auto ada = join({.name = "Ada", .colour = red});
  auto phone = join({.name = "Phone", .colour = blue, .camera = {180, 320}});
  ASSERT_TRUE(soon_sees(*ada, phone->id(), blue));
  const auto edge = [&] { return edge_of(*ada, phone->id()); };
  EXPECT_TRUE(wait_until([&] { return is_colour(edge(), blue); })) << describe(edge());
}

mcu::Options letterboxing() {
  mcu::Options options;
  options.fit = mixer::Fit::contain;
  return options;
}

class LetterboxTest : public Meeting {
 protected:
  LetterboxTest() : Meeting(letterboxing()) {}
};

TEST_F(LetterboxTest, APortraitCameraIsSeenWhole) {
  auto ada = join({.name = "Ada", .colour = red});
  auto phone = join({.name = "Phone", .colour = blue, .camera = {180, 320}});
  ASSERT_TRUE(soon_sees(*ada, phone->id(), blue));
  const auto edge = [&] { return edge_of(*ada, phone->id()); };
  EXPECT_TRUE(wait_until([&] { return is_colour(edge(), {}); })) << describe(edge());
}

mcu::Options small_room() {
  mcu::Options options;
  options.max_participants = 2;
  options.max_rooms = 1;
  return options;
}

class SmallRoomTest : public Meeting {
 protected:
  SmallRoomTest() : Meeting(small_room()) {}
};

TEST_F(SmallRoomTest, IsFullAtItsLimit) {
  auto ada = join({.name = "Ada"});
  auto grace = join({.name = "Grace"});
  Client third(url(), {.name = "Alan"});
  ASSERT_TRUE(wait_until([&] { return !third.error_codes().empty(); }));
  EXPECT_THAT(third.error_codes(), ElementsAre("room_full"));
  Client elsewhere(url(), {.room = "other", .name = "Alan"});
  ASSERT_TRUE(wait_until([&] { return !elsewhere.error_codes().empty(); }));
  EXPECT_THAT(elsewhere.error_codes(), ElementsAre("server_full"));
  grace->leave();
  EXPECT_TRUE(wait_until([&] { return ada->participants().size() == 1; }));
  join({.name = "Alan"});
}

mcu::Options two_voice_slots() {
  mcu::Options options;
  options.voice_slots = 2;
  options.tile_slots = 2;
  return options;
}

class CrowdTest : public Meeting {
 protected:
  CrowdTest() : Meeting(two_voice_slots()) {}
};

TEST_F(CrowdTest, BeyondTheSlotsWhoSpeaksIsHeardAndSeen) {
  // Two sit and are silent; the third speaks.
  auto ada = join({.name = "Ada", .colour = red, .tone_hz = 440, .volume = 0});
  auto grace = join({.name = "Grace", .colour = green, .tone_hz = 1000, .volume = 0});
  auto alan = join({.name = "Alan", .colour = blue, .tone_hz = 1800});
  EXPECT_TRUE(soon_hears(*ada, {1800}, {440, 1000}));
  EXPECT_TRUE(soon_hears(*grace, {1800}, {440, 1000}));
  EXPECT_TRUE(soon_hears(*alan, {}, {440, 1000, 1800}));
  EXPECT_TRUE(soon_sees(*ada, alan->id(), blue));
  EXPECT_EQ(ada->layout().at("tiles").size(), 2U);
}

// Somebody without media.
std::unique_ptr<WebSocket> enter(const std::string& url, const std::string& name,
                                 const std::string& token = "") {
  auto socket = std::make_unique<WebSocket>(url);
  EXPECT_TRUE(wait_until([&] { return socket->is_open(); }));
  socket->send({{"type", "join"}, {"room", "room"}, {"name", name}, {"token", token}});
  EXPECT_TRUE(wait_until([&] { return !socket->latest("layout").is_null(); }));
  return socket;
}

auto layouts_sent_to(const WebSocket& socket) {
  return std::ranges::count_if(socket.messages(), [](const nlohmann::json& message) {
    return message.at("type") == "layout";
  });
}

TEST_F(CrowdTest, ALayoutIsSentToWhomItIsNewOnly) {
  const auto ada = enter(url(), "Ada");
  const auto grace = enter(url(), "Grace");
  ASSERT_TRUE(wait_until([&] { return layouts_sent_to(*ada) == 2; }));
  const nlohmann::json layout = grace->latest("layout");
  EXPECT_EQ(layout.at("tiles").size(), 2U);
  EXPECT_EQ(layout, ada->latest("layout"));

  // Neither has a tile of their own: one is too many for the picture, the other has Grace's.
  const auto alan = enter(url(), "Alan");
  EXPECT_EQ(alan->latest("layout"), layout);
  const auto again = enter(url(), "Grace", grace->latest("joined").at("token"));
  EXPECT_EQ(again->latest("layout"), layout);
  alan->send({{"type", "leave"}});
  ASSERT_TRUE(wait_until([&] { return !ada->latest("participant_left").is_null(); }));

  // What is sent to Ada after all that could have been sent before.
  again->send({{"type", "media"}, {"camera", false}});
  ASSERT_TRUE(wait_until([&] {
    const nlohmann::json changed = ada->latest("participant_changed");
    return !changed.is_null() && !changed.at("participant").at("camera").get<bool>();
  }));
  EXPECT_EQ(layouts_sent_to(*ada), 2);
  EXPECT_EQ(layouts_sent_to(*alan), 1);
  EXPECT_EQ(layouts_sent_to(*again), 1);
}

TEST_F(CrowdTest, WhoSpeaksTakesTheTileAndTheVoiceSlotOfWhoFellSilent) {
  auto ada = join({.name = "Ada", .colour = red, .tone_hz = 440});
  auto grace = join({.name = "Grace", .colour = green, .tone_hz = 1000});
  ASSERT_TRUE(soon_hears(*ada, {1000}, {440}));
  ASSERT_TRUE(soon_sees(*ada, grace->id(), green));
  const auto place = ada->tile_of(grace->id())->middle();

  // While both speak there is no room for a third.
  auto alan = join({.name = "Alan", .colour = blue, .tone_hz = 1800});
  ASSERT_TRUE(soon_hears(*alan, {440, 1000}, {1800}));
  observe(1s);
  EXPECT_TRUE(soon_hears(*ada, {1000}, {440, 1800}));
  EXPECT_FALSE(ada->tile_of(alan->id()));
  EXPECT_TRUE(sees(*ada, grace->id(), green));

  grace->set_volume(0);
  const TimePoint fell_silent = Clock::now();
  ASSERT_TRUE(wait_until([&] { return ada->tile_of(alan->id()).has_value(); }, 4s));
  EXPECT_GE(Clock::now() - fell_silent, 1900ms);  // The hold time, less what was on its way.
  EXPECT_FALSE(ada->tile_of(grace->id()));
  EXPECT_TRUE(soon_sees(*ada, alan->id(), blue, 1s));
  EXPECT_TRUE(is_colour(ada->received().pixel(place.x, place.y), blue));
  EXPECT_TRUE(soon_hears(*ada, {1800}, {440, 1000}));
  EXPECT_TRUE(soon_hears(*grace, {440, 1800}, {1000}));
  EXPECT_TRUE(soon_hears(*alan, {440}, {1000, 1800}));
}

}  // namespace
}  // namespace tessera::test
