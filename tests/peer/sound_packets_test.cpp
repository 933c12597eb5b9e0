#include "peer/sound_packets.h"

#include <gmock/gmock.h>
#include <gst/rtp/gstrtpbuffer.h>

#include <vector>

#include "gst/passage.h"

namespace tessera::peer {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr int sound = 111;
constexpr int picture = 96;
constexpr int level_extension = 4;

class SoundPacketsTest : public testing::Test {
 protected:
  bool admits(int payload_type, int level, bool long_headers = false) {
    const auto packet = gst::Ref<GstBuffer>::adopt(gst_rtp_buffer_new_allocate(20, 0, 0));
    GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
    gst_rtp_buffer_map(packet.get(), GST_MAP_READWRITE, &rtp);
    gst_rtp_buffer_set_payload_type(&rtp, static_cast<guint8>(payload_type));
    // The upper bit says whether it is a voice.
    const auto value = static_cast<std::uint8_t>(0x80 | level);
    if (long_headers) {
      gst_rtp_buffer_add_extension_twobytes_header(&rtp, 0, level_extension, &value, 1);
    } else {
      gst_rtp_buffer_add_extension_onebyte_header(&rtp, level_extension, &value, 1);
    }
    gst_rtp_buffer_unmap(&rtp);
    return admits_(packet.get());
  }

  std::vector<int> levels_;
  std::shared_ptr<std::atomic<SoundInterest>> interest_ =
      std::make_shared<std::atomic<SoundInterest>>(SoundInterest::none);
  PacketFilter admits_ = levels_or_sound(
      {sound, level_extension}, [this](int level) { levels_.push_back(level); }, interest_);
};

TEST_F(SoundPacketsTest, AreOfNoInterestAtFirst) {
  EXPECT_FALSE(admits(sound, 30));
  EXPECT_THAT(levels_, IsEmpty());
}

TEST_F(SoundPacketsTest, TellTheirLevelThoughTheirSoundIsNotWanted) {
  *interest_ = SoundInterest::level;
  EXPECT_FALSE(admits(sound, 30));
  EXPECT_FALSE(admits(sound, 127, true));
  EXPECT_THAT(levels_, ElementsAre(30, 127));
}

TEST_F(SoundPacketsTest, PassWhenTheirSoundIsWanted) {
  *interest_ = SoundInterest::all;
  EXPECT_TRUE(admits(sound, 12));
  EXPECT_THAT(levels_, ElementsAre(12));
}

TEST_F(SoundPacketsTest, AreToldFromOthers) {
  EXPECT_TRUE(admits(picture, 30));
  *interest_ = SoundInterest::level;
  EXPECT_TRUE(admits(picture, 30));
  EXPECT_THAT(levels_, IsEmpty());
}

class LongLossTest : public test::PassageTest {
 protected:
  LongLossTest() {
    ignore_long_losses(pipeline_->element("passage").get());
    gst_pad_add_probe(
        pad("out", "sink").get(), GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM,
        [](GstPad*, GstPadProbeInfo* info, gpointer data) {
          GstEvent* event = GST_PAD_PROBE_INFO_EVENT(info);
          GstClockTime duration = 0;
          if (gst_event_has_name(event, "GstRTPPacketLost") &&
              gst_structure_get_clock_time(gst_event_get_structure(event), "duration", &duration)) {
            static_cast<std::vector<GstClockTime>*>(data)->push_back(duration / GST_MSECOND);
          }
          return GST_PAD_PROBE_OK;
        },
        &losses_, nullptr);
  }

  void lose(GstClockTime milliseconds) {
    push(gst_event_new_custom(GST_EVENT_CUSTOM_DOWNSTREAM,
                              gst_structure_new("GstRTPPacketLost", "duration", G_TYPE_UINT64,
                                                milliseconds * GST_MSECOND, nullptr)));
  }

  std::vector<GstClockTime> losses_;  // That came through, in milliseconds.
};

TEST_F(LongLossTest, IsKeptFromTheDecoderButAShortOneIsNot) {
  lose(20);
  lose(20000);
  lose(60);
  EXPECT_THAT(losses_, ElementsAre(20, 60));
}

}  // namespace
}  // namespace tessera::peer
