#include <gst/app/gstappsrc.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "peer/packet_limits.h"
#include "peer/picture_limit.h"
#include "support/sinks.h"
#include "support/wait.h"

namespace tessera::peer {
namespace {

using Bytes = std::vector<std::uint8_t>;

// A pad with a limit, and how many packets get past it.
class Passage {
 public:
  explicit Passage(const std::function<void(GstPad*)>& limit)
      : pipeline_(test::make_pipeline(
            "appsrc name=in format=time ! identity name=limited ! fakesink name=out")) {
    const auto out = pad("limited", "src");
    limit(out.get());
    gst_pad_add_probe(
        pad("out", "sink").get(), GST_PAD_PROBE_TYPE_BUFFER,
        [](GstPad*, GstPadProbeInfo*, gpointer data) {
          ++**static_cast<Count*>(data);
          return GST_PAD_PROBE_OK;
        },
        new Count(count_), [](gpointer data) { delete static_cast<Count*>(data); });
    (void)pipeline_->start();
  }

  // How many of these pass. They go one by one, or all in a list.
  int passing(const std::vector<Bytes>& packets, bool as_list = false) {
    const int before = *count_;
    const auto in = pipeline_->element("in");
    GstBufferList* list = as_list ? gst_buffer_list_new() : nullptr;
    for (const Bytes& packet : packets) {
      GstBuffer* buffer = gst_buffer_new_memdup(packet.data(), packet.size());
      if (as_list) {
        gst_buffer_list_add(list, buffer);
      } else {
        gst_app_src_push_buffer(GST_APP_SRC(in.get()), buffer);
      }
    }
    // An appsrc never gives an empty list back.
    if (as_list) gst_app_src_push_buffer_list(GST_APP_SRC(in.get()), list);
    EXPECT_TRUE(test::wait_until([&] {
      guint64 queued = 1;
      g_object_get(in.get(), "current-level-buffers", &queued, nullptr);
      return queued == 0;
    }));
    test::observe(std::chrono::milliseconds(50));
    return *count_ - before;
  }

 private:
  using Count = std::shared_ptr<std::atomic<int>>;

  gst::Ref<GstPad> pad(const char* element, const char* name) const {
    return gst::Ref<GstPad>::adopt(
        gst_element_get_static_pad(pipeline_->element(element).get(), name));
  }

  Count count_ = std::make_shared<std::atomic<int>>(0);
  std::unique_ptr<gst::Pipeline> pipeline_;
};

// A packet with that second byte, and words after the first.
Bytes packet(std::uint8_t type, const std::vector<std::uint32_t>& words) {
  Bytes bytes = {0x80, type, 0, static_cast<std::uint8_t>(words.size())};
  for (const std::uint32_t word : words) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      bytes.push_back(static_cast<std::uint8_t>(word >> shift));
    }
  }
  return bytes;
}

Bytes rtp(std::uint32_t ssrc) { return packet(96, {7, ssrc, 0}); }
Bytes rtcp(std::uint8_t type, std::uint32_t ssrc) { return packet(type, {ssrc, 1, 2}); }

std::function<void(GstPad*)> limit_to_offer_of(std::vector<std::uint32_t> ssrcs) {
  return [ssrcs = std::move(ssrcs)](GstPad* pad) { limit_streams(pad, ssrcs); };
}

TEST(StreamLimit, TakesSixteenSsrcsAndTheseForEver) {
  Passage passage(limit_to_offer_of({}));
  std::vector<Bytes> packets;
  for (std::uint32_t ssrc = 0; ssrc < 1000; ++ssrc) packets.push_back(rtp(ssrc));
  EXPECT_EQ(passage.passing(packets), 16);
  EXPECT_EQ(passage.passing(packets), 16);
  EXPECT_EQ(passage.passing(packets, true), 16);
}

TEST(StreamLimit, KeepsRoomForWhatTheOfferNames) {
  Passage passage(limit_to_offer_of({5000, 5001}));
  std::vector<Bytes> forged;
  for (std::uint32_t ssrc = 0; ssrc < 100; ++ssrc) forged.push_back(rtp(ssrc));
  EXPECT_EQ(passage.passing(forged), 16);
  EXPECT_EQ(passage.passing({rtp(5001), rtcp(200, 5000), rtp(5002)}), 2);
}

TEST(StreamLimit, TakesNoMoreThanSixteenOfWhatTheOfferNames) {
  std::vector<std::uint32_t> offered;
  std::vector<Bytes> packets;
  for (std::uint32_t ssrc = 0; ssrc < 1000; ++ssrc) {
    offered.push_back(ssrc);
    packets.push_back(rtp(ssrc));
  }
  Passage passage(limit_to_offer_of(offered));
  EXPECT_EQ(passage.passing(packets), 16 + 16);
}

TEST(StreamLimit, CountsTheSendersOfRtcpToo) {
  Passage passage(limit_to_offer_of({}));
  std::vector<Bytes> packets;
  for (std::uint32_t ssrc = 0; ssrc < 100; ++ssrc) {
    packets.push_back(rtp(ssrc));
    packets.push_back(rtcp(200, ssrc));
    packets.push_back(rtcp(205, ssrc + 100));
  }
  EXPECT_EQ(passage.passing(packets), 8 + 8 + 8);
}

TEST(StreamLimit, IsNotPassedByPacketsThatLookLikeTheOther) {
  Passage passage(limit_to_offer_of({}));
  std::vector<Bytes> packets;
  for (int type = 0; type < 256; ++type) {
    for (std::uint32_t ssrc = 0; ssrc < 40; ++ssrc) {
      // What srtpdec takes for RTP has its SSRC in the second word, other packets in the first, or,
      // if they begin with one that has none, in a further one.
      packets.push_back(packet(std::uint8_t(type), {ssrc, ssrc + 1000, ssrc}));
      packets.push_back(packet(std::uint8_t(type), {3, 3, 0x80c90001, ssrc}));
      Bytes broken = packets.back();
      broken[0] = 0x8f;  // 15 CSRCs, which aren't there.
      packets.push_back(broken);
    }
  }
  // 16 SSRCs are known after the first of these.
  passage.passing(packets);
  packets.clear();
  for (std::uint32_t ssrc = 5000; ssrc < 5100; ++ssrc) {
    for (int type = 0; type < 256; ++type) {
      packets.push_back(packet(std::uint8_t(type), {ssrc, ssrc, 0x80c90001, ssrc}));
    }
  }
  EXPECT_EQ(passage.passing(packets), 0);
}

TEST(StreamLimit, LeavesDtlsAlone) {
  Passage passage(limit_to_offer_of({}));
  EXPECT_EQ(passage.passing(std::vector<Bytes>(100, Bytes(13, 22))), 100);
}

// A receiver report and a NACK of so many FCI (RFC 4585, section 6.2.1).
Bytes nack(int fci, std::uint16_t further = 0xffff) {
  std::vector<std::uint32_t> words = {1, 2};
  for (int i = 0; i < fci; ++i) words.push_back(static_cast<std::uint32_t>(i << 16) | further);
  Bytes report = packet(201, {1});
  Bytes bytes = packet(205, words);
  bytes[0] = 0x81;
  report.insert(report.end(), bytes.begin(), bytes.end());
  return report;
}

// Of packets that come at once and cost so much each, as many pass as `grant` covers, and a few for
// the time it takes.
void expect_grant(const std::function<void(GstPad*)>& limit, const Bytes& packet, int cost,
                  int grant) {
  Passage passage(limit);
  const int passed = passage.passing(std::vector<Bytes>(1000, packet));
  EXPECT_GE(passed, grant / cost);
  EXPECT_LE(passed, 3 * grant / 2 / cost);
}

TEST(RetransmissionLimit, GrantsAThousandPacketsAtOnce) {
  expect_grant(limit_retransmissions, nack(10), 170, 1000);
}

TEST(RetransmissionLimit, LeavesAClientAloneThatAsksForLittle) {
  Passage passage(limit_retransmissions);
  EXPECT_EQ(passage.passing(std::vector<Bytes>(500, nack(1, 1))), 500);
  EXPECT_EQ(passage.passing(std::vector<Bytes>(2000, packet(201, {1}))), 2000);
}

// A packet of Opus with so many frames of 20 ms each (RFC 6716, section 3.2.5), coded in a byte.
Bytes opus(int frames) {
  Bytes bytes = packet(96, {7, 1});
  bytes.insert(bytes.end(), {0x0b, static_cast<std::uint8_t>(frames)});
  bytes.resize(bytes.size() + static_cast<std::size_t>(frames));
  return bytes;
}

TEST(SoundLimit, GrantsTwoSecondsOfSoundAtOnce) { expect_grant(limit_sound, opus(6), 120, 2000); }

TEST(SoundLimit, TakesNothingThatIsNoPacketOfOpus) {
  Passage passage(limit_sound);
  EXPECT_EQ(passage.passing({packet(96, {7, 1}), opus(7), opus(2)}), 1);
}

// How often pictures were refused, of so many that come at once.
int refusals(int pictures) {
  const auto refused = std::make_shared<std::atomic<int>>(0);
  const auto pipeline = test::make_pipeline(
      "videotestsrc num-buffers=" + std::to_string(pictures) +
      " ! video/x-raw,width=32,height=32,framerate=1000/1 ! vp8enc deadline=1 cpu-used=16"
      " ! vp8dec name=decode ! fakesink name=out sync=false");
  limit_pictures(*pipeline, "decode", {32, 32}, [refused](const std::string&) { ++*refused; });
  EXPECT_TRUE(pipeline->start());
  const auto out = pipeline->element("out");
  EXPECT_TRUE(test::wait_until([&] {
    GstStructure* stats = nullptr;
    g_object_get(out.get(), "stats", &stats, nullptr);
    guint64 rendered = 0;
    gst_structure_get_uint64(stats, "rendered", &rendered);
    gst_structure_free(stats);
    return *refused > 0 || rendered == static_cast<guint64>(pictures);
  }));
  return *refused;
}

TEST(PictureLimit, RefusesAFloodOfSmallPictures) { EXPECT_EQ(refusals(1000), 1); }

TEST(PictureLimit, TakesWhatComesAtOnceAfterAStall) { EXPECT_EQ(refusals(200), 0); }

}  // namespace
}  // namespace tessera::peer
