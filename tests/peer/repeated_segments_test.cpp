#include "peer/repeated_segments.h"

#include <gmock/gmock.h>

#include <vector>

#include "gst/passage.h"

namespace tessera::peer {
namespace {

using testing::ElementsAre;

class RepeatedSegmentsTest : public test::PassageTest {
 protected:
  RepeatedSegmentsTest() {
    drop_repeated_segments(pad("passage", "src").get());
    gst_pad_add_probe(
        pad("out", "sink").get(), GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM,
        [](GstPad*, GstPadProbeInfo* info, gpointer data) {
          GstEvent* event = GST_PAD_PROBE_INFO_EVENT(info);
          if (GST_EVENT_TYPE(event) != GST_EVENT_SEGMENT) return GST_PAD_PROBE_OK;
          const GstSegment* segment = nullptr;
          gst_event_parse_segment(event, &segment);
          static_cast<std::vector<guint64>*>(data)->push_back(segment->start);
          return GST_PAD_PROBE_OK;
        },
        &starts_, nullptr);
  }

  std::vector<guint64> starts_;  // Of the segments that came through.
};

TEST_F(RepeatedSegmentsTest, LetsPassWhatIsNew) {
  for (const GstClockTime start : {7, 7, 9, 9, 9, 7}) {
    push(segment(start));
    push(buffer(10));
  }
  EXPECT_THAT(starts_, ElementsAre(7, 9, 7));
  EXPECT_EQ(arrived().size(), 6U);
}

}  // namespace
}  // namespace tessera::peer
