#include <glib.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <ranges>
#include <sstream>

#include "integration/meeting.h"
#include "mcu/meetings.h"
#include "peer/offers.h"
#include "support/sanitizers.h"
#include "support/websocket.h"

namespace tessera::test {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

namespace fs = std::filesystem;

// The pipelines with faults built in, in a folder of its own.
class FaultyPipelines {
 public:
  FaultyPipelines() {
    std::string name = testing::TempDir() + "tessera-faulty-XXXXXX";
    folder_ = g_mkdtemp(name.data());
    fs::copy(TESSERA_SOURCE_DIR "/pipelines", folder_);
  }
  ~FaultyPipelines() { fs::remove_all(folder_); }
  FaultyPipelines(const FaultyPipelines&) = delete;
  FaultyPipelines& operator=(const FaultyPipelines&) = delete;

  // Fails after so many buffers.
  FaultyPipelines& fails_after(const std::string& name, int buffers) {
    std::string text = read(name);
    const std::string end = "! appsink name=out";
    text.insert(text.find(end), "! identity error-after=" + std::to_string(buffers) + "\n");
    return write(name, text);
  }

  // Can be parsed, but doesn't start.
  FaultyPipelines& does_not_start(const std::string& name) {
    return write(name, read(name) + "\nvideotestsrc ! fakesink state-error=ready-to-paused\n");
  }

  const fs::path& folder() const { return folder_; }

 private:
  std::string read(const std::string& name) const {
    const std::ifstream file(folder_ / (name + ".gst"));
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  }
  FaultyPipelines& write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / (name + ".gst")) << text;
    return *this;
  }

  fs::path folder_;
};

// Meetings without a network: whoever joins is a listener.
class Listener : public signalling::Client {
 public:
  void send_serialized(const std::string& message) override {
    messages_.push_back(json::parse(message));
  }
  void close(const Error& error) override {
    closed_with_ = error.code;
    if (on_close_) on_close_();
  }
  void on_close(std::function<void()> callback) { on_close_ = std::move(callback); }

  const std::string& closed_with() const { return closed_with_; }
  std::vector<std::string> types() const {
    std::vector<std::string> types;
    types.reserve(messages_.size());
    for (const json& message : messages_) types.push_back(message.at("type"));
    return types;
  }
  json latest(const std::string& type) const {
    const auto newest_first = std::views::reverse(messages_);
    const auto found = std::ranges::find_if(
        newest_first, [&](const json& message) { return message.at("type") == type; });
    return found == newest_first.end() ? json() : *found;
  }
  void forget() { messages_.clear(); }

 private:
  std::vector<json> messages_;
  std::string closed_with_;
  std::function<void()> on_close_;
};

mcu::MeetingsOptions meetings_options() {
  mcu::MeetingsOptions options;
  options.room.peer.video_codecs = {VideoCodec::vp8};
  return options;
}

class MeetingsTest : public testing::Test {
 protected:
  using Seat = std::unique_ptr<signalling::Seat>;

  void open(const mcu::MeetingsOptions& options = meetings_options(),
            const fs::path& pipelines = TESSERA_SOURCE_DIR "/pipelines") {
    meetings_ = std::make_unique<mcu::Meetings>(options, *gst::Descriptions::load(pipelines));
  }

  Result<Seat> try_to_join(Listener& client, const std::string& name, const std::string& token = "",
                           const std::string& room = "room") {
    return meetings_->join({.room = room, .name = name, .token = token}, client);
  }
  Seat join(Listener& client, const std::string& name, const std::string& token = "") {
    auto seat = try_to_join(client, name, token);
    EXPECT_TRUE(seat.has_value());
    // The picture is arranged a moment later.
    EXPECT_TRUE(wait_until([&] { return !client.latest("layout").is_null(); }));
    return seat ? std::move(*seat) : nullptr;
  }

  static std::vector<std::string> people_in(const json& layout) {
    std::vector<std::string> ids;
    for (const json& tile : layout.at("tiles")) ids.push_back(tile.at("participant"));
    return ids;
  }

  std::unique_ptr<mcu::Meetings> meetings_;
};

TEST_F(MeetingsTest, AClaimedSeatStaysWhatItWasAndNobodyLeavesOrJoins) {
  mcu::MeetingsOptions options = meetings_options();
  options.room.max_participants = 3;
  options.max_people = 3;
  open(options);
  Listener ada, grace, alan;
  const Seat ada_seat = join(ada, "Ada");
  const Seat grace_seat = join(grace, "Grace");
  const Seat alan_seat = join(alan, "Alan");
  const auto before = [&] { return people_in(alan.latest("layout")); };
  ASSERT_TRUE(wait_until([&] { return before().size() == 3; }));
  const std::vector<std::string> order = before();
  const std::string id = ada.latest("joined").at("participant");

  alan.forget();
  Listener again;
  const Seat new_seat = join(again, "Ada", ada.latest("joined").at("token"));
  EXPECT_EQ(ada.closed_with(), "replaced");
  EXPECT_EQ(again.latest("joined").at("participant"), id);
  EXPECT_EQ(again.latest("joined").at("participants").size(), 3U);
  EXPECT_EQ(people_in(again.latest("layout")), order);
  EXPECT_THAT(alan.types(), Not(Contains("participant_left")));
  EXPECT_THAT(alan.types(), Not(Contains("participant_joined")));
  EXPECT_THAT(alan.types(), Contains("participant_changed"));
}

TEST_F(MeetingsTest, WhoseSeatWasClaimedCanNoLongerActInTheRoom) {
  open();
  Listener ada, grace, again;
  Seat ada_seat = join(ada, "Ada");
  const Seat grace_seat = join(grace, "Grace");
  const Seat new_seat = join(again, "Ada", ada.latest("joined").at("token"));
  grace.forget();
  ada_seat->set_media({false, false});
  EXPECT_EQ(ada_seat->offer({"v=0"}).error().code, "not_joined");
  ada_seat.reset();
  EXPECT_THAT(grace.types(), Not(Contains("participant_left")));
  EXPECT_THAT(grace.types(), Not(Contains("participant_changed")));
}

TEST_F(MeetingsTest, TheEndIsToldOnceToEachAndNotWhoGoes) {
  open();
  std::vector<std::unique_ptr<Listener>> clients;
  std::vector<Seat> seats;
  for (int i = 0; i < 10; ++i) {
    clients.push_back(std::make_unique<Listener>());
    seats.push_back(join(*clients.back(), "Somebody"));
  }
  for (const auto& client : clients) client->forget();
  meetings_->end({"shutting_down", "The server ends."});
  EXPECT_TRUE(wait_until([&] { return meetings_->is_empty(); }));
  for (const auto& client : clients) {
    EXPECT_EQ(client->closed_with(), "shutting_down");
    EXPECT_THAT(client->types(), IsEmpty());
  }
}

TEST_F(MeetingsTest, WhatHappensTogetherIsArrangedOnce) {
  open();
  Listener ada;
  const Seat ada_seat = join(ada, "Ada");
  ada.forget();
  std::vector<std::unique_ptr<Listener>> clients;
  std::vector<Seat> seats;
  for (int i = 0; i < 10; ++i) {
    clients.push_back(std::make_unique<Listener>());
    seats.push_back(*try_to_join(*clients.back(), "Somebody"));
  }
  ASSERT_TRUE(wait_until([&] { return !ada.latest("layout").is_null(); }));
  EXPECT_EQ(people_in(ada.latest("layout")).size(), 11U);
  EXPECT_EQ(std::ranges::count(ada.types(), "layout"), 1);
}

TEST_F(MeetingsTest, AServerHoldsAsManyPeopleAsItMayInAllRoomsTogether) {
  mcu::MeetingsOptions options = meetings_options();
  options.max_people = 2;
  open(options);
  Listener ada, grace, alan;
  Seat ada_seat = *try_to_join(ada, "Ada", "", "one");
  const Seat grace_seat = *try_to_join(grace, "Grace", "", "two");
  for (const std::string room : {"one", "three"}) {
    const auto refused = try_to_join(alan, "Alan", "", room);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, "server_full");
  }
  ada_seat.reset();
  EXPECT_TRUE(try_to_join(alan, "Alan", "", "two").has_value());
}

TEST_F(MeetingsTest, ARoomWhoseMixerFailedIsNotJoinedAgain) {
  FaultyPipelines faulty;
  open(meetings_options(), faulty.fails_after("mix-video", 5).folder());
  Listener ada, again;
  Seat second_seat;
  ada.on_close([&] {
    second_seat = *try_to_join(again, "Ada");
    EXPECT_TRUE(second_seat->offer({peer::offer_of("chromium")}).has_value());
  });
  const Seat first_seat = *try_to_join(ada, "Ada");
  ASSERT_TRUE(first_seat->offer({peer::offer_of("chromium")}).has_value());
  ASSERT_TRUE(wait_until([&] { return !ada.closed_with().empty(); }));
  EXPECT_EQ(ada.closed_with(), "media_failure");
  // The new room's mixer fails in its turn: it is one of its own.
  EXPECT_TRUE(wait_until([&] { return again.closed_with() == "media_failure"; }));
  EXPECT_TRUE(wait_until([&] { return meetings_->is_empty(); }));
}

// Its mixers cost much, and who only joins may be one of many who never offer.
TEST_F(MeetingsTest, ARoomHasNoMixersBeforeAnOfferIsAccepted) {
  FaultyPipelines faulty;
  open(meetings_options(), faulty.does_not_start("mix-video").folder());
  Listener ada;
  const Seat seat = join(ada, "Ada");
  EXPECT_EQ(people_in(ada.latest("layout")).size(), 1U);
  seat->set_media({false, false});
  EXPECT_EQ(seat->offer({"v=0"}).error().code, "no_media");
  EXPECT_EQ(seat->offer({peer::offer_of("chromium")}).error().code, "media_failure");
}

TEST_F(MeetingsTest, MixersThatDoNotStartAreAMediaFailureThatNamesNothingInside) {
  for (const char* mix : {"mix-video", "mix-audio"}) {
    FaultyPipelines faulty;
    open(meetings_options(), faulty.does_not_start(mix).folder());
    Listener ada;
    Seat seat = join(ada, "Ada");
    const auto refused = seat->offer({peer::offer_of("chromium")});
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, "media_failure");
    EXPECT_EQ(refused.error().message.find("mix"), std::string::npos) << refused.error().message;
    EXPECT_EQ(refused.error().message.find("pipeline"), std::string::npos);
    seat.reset();
    EXPECT_TRUE(wait_until([&] { return meetings_->is_empty(); }));
  }
}

// A whole server with faulty pipelines.
class FaultyServerTest : public testing::Test {
 protected:
  ~FaultyServerTest() override { EXPECT_TRUE(!mcu_ || mcu_->stop()); }

  void start() {
    mcu::Options options;
    options.port = 0;
    options.pipelines = faulty_.folder();
    options.web_client = TESSERA_SOURCE_DIR "/web-client";
    mcu_ = *mcu::Mcu::start(options);
  }

  std::unique_ptr<Client> join(ClientOptions options) {
    auto client = std::make_unique<Client>(mcu_->url(), std::move(options));
    EXPECT_TRUE(wait_until([&] { return client->is_connected() || client->is_closed(); }));
    return client;
  }

  FaultyPipelines faulty_;
  std::unique_ptr<mcu::Mcu> mcu_;
};

TEST_F(FaultyServerTest, AnEncoderThatFailsIsReplacedAndConcernsNobodyElse) {
  // Later than what would have the same cause as the failure before: five seconds.
  faulty_.fails_after("encode-h264", 180);
  start();
  auto vp8 = join({.name = "Ada", .video_codec = "VP8", .colour = red});
  auto h264 = join({.name = "Grace", .video_codec = "H264", .colour = blue});
  ASSERT_TRUE(soon_sees(*h264, vp8->id(), red));
  ASSERT_TRUE(soon_sees(*vp8, h264->id(), blue));
  vp8->received().start_measuring();
  // More frames than one encoder gives.
  EXPECT_TRUE(wait_until([&] { return h264->received().frames() > 200; }, 20s));
  EXPECT_TRUE(sees(*h264, vp8->id(), red));
  EXPECT_THAT(h264->error_codes(), IsEmpty());
  EXPECT_THAT(vp8->error_codes(), IsEmpty());
  EXPECT_LT(vp8->received().longest_freeze(), slowness * 1s);
}

TEST_F(FaultyServerTest, AnEncoderThatFailsAgainAtOnceEndsThoseWhoUseItOnly) {
  faulty_.fails_after("encode-h264", 10);
  start();
  auto vp8 = join({.name = "Ada", .video_codec = "VP8"});
  auto h264 = join({.name = "Grace", .video_codec = "H264"});
  ASSERT_TRUE(wait_until([&] { return h264->is_closed(); }));
  EXPECT_THAT(h264->error_codes(), ElementsAre("media_failure"));
  EXPECT_TRUE(wait_until([&] { return vp8->participants().size() == 1; }));
  EXPECT_THAT(vp8->error_codes(), IsEmpty());
}

TEST_F(FaultyServerTest, ASoundEncoderThatFailsIsReplaced) {
  faulty_.fails_after("encode-opus", 300);
  start();
  auto ada = join({.name = "Ada", .tone_hz = 440});
  auto grace = join({.name = "Grace", .tone_hz = 1000});
  ASSERT_TRUE(soon_hears(*ada, {1000}, {440}));
  ada->received().start_measuring();
  // More packets than one encoder gives, of the mix without herself that she hears by now.
  EXPECT_TRUE(wait_until([&] { return ada->received().sound_packets() > 350; }, 20s));
  EXPECT_TRUE(soon_hears(*ada, {1000}, {440}));
  EXPECT_THAT(ada->error_codes(), IsEmpty());
}

TEST_F(FaultyServerTest, WhoCannotBeSentAPictureIsDismissed) {
  faulty_.does_not_start("encode-vp8");
  start();
  auto h264 = join({.name = "Grace", .video_codec = "H264"});
  auto vp8 = join({.name = "Ada", .video_codec = "VP8"});
  ASSERT_TRUE(wait_until([&] { return vp8->is_closed(); }));
  EXPECT_THAT(vp8->error_codes(), ElementsAre("media_failure"));
  EXPECT_TRUE(h264->is_connected());
  EXPECT_FALSE(h264->is_closed());
}

TEST_F(FaultyServerTest, WhoseRoomHasNoMixersIsDismissedWithTheOffer) {
  faulty_.does_not_start("mix-audio");
  start();
  Client ada(mcu_->url(), {.name = "Ada"});
  ASSERT_TRUE(wait_until([&] { return ada.is_closed(); }));
  EXPECT_NE(ada.id(), "");
  EXPECT_THAT(ada.error_codes(), ElementsAre("media_failure"));
}

TEST_F(FaultyServerTest, AnOfferThatFailsInsideTheServerEndsTheConnection) {
  faulty_.does_not_start("receive-vp8");
  start();
  Client ada(mcu_->url(), {.name = "Ada"});
  ASSERT_TRUE(wait_until([&] { return ada.is_closed(); }));
  EXPECT_THAT(ada.error_codes(), ElementsAre("media_failure"));
}

mcu::Options small_canvas() {
  mcu::Options options;
  options.canvas = {320, 180};
  options.tile_slots = 49;
  return options;
}

class SmallCanvasTest : public Meeting {
 protected:
  SmallCanvasTest() : Meeting(small_canvas()) {
    g_log_set_default_handler(
        [](const gchar*, GLogLevelFlags level, const gchar*, gpointer faults) {
          if ((level & (G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING)) != 0) {
            ++*static_cast<std::atomic<int>*>(faults);
          }
        },
        &faults_);
  }
  ~SmallCanvasTest() override { g_log_set_default_handler(g_log_default_handler, nullptr); }

  std::atomic<int> faults_ = 0;
};

TEST_F(SmallCanvasTest, HasTilesTooSmallForALabelWithoutOne) {
  const auto sees_them = join({.name = "Ada"});
  std::vector<std::unique_ptr<WebSocket>> people;
  for (int i = 0; i < 48; ++i) {
    people.push_back(std::make_unique<WebSocket>(url()));
    WebSocket& socket = *people.back();
    ASSERT_TRUE(wait_until([&] { return socket.is_open(); }));
    socket.send({{"type", "join"}, {"room", "room"}, {"name", "Somebody"}});
    ASSERT_TRUE(wait_until([&] { return !socket.latest("layout").is_null(); }));
  }
  EXPECT_EQ(faults_, 0);
}

}  // namespace
}  // namespace tessera::test
