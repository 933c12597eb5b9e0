#include "peer/repeated_events.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "gst/passage.h"

namespace tessera::peer {
namespace {

using testing::ElementsAre;

class RepeatedEventsTest : public test::PassageTest {
 protected:
  RepeatedEventsTest() {
    drop_repeated_events(pad("passage", "src").get());
    gst_pad_add_probe(
        pad("out", "sink").get(), GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM,
        [](GstPad*, GstPadProbeInfo* info, gpointer data) {
          GstEvent* event = GST_PAD_PROBE_INFO_EVENT(info);
          auto* test = static_cast<RepeatedEventsTest*>(data);
          if (GST_EVENT_TYPE(event) == GST_EVENT_SEGMENT) {
            const GstSegment* segment = nullptr;
            gst_event_parse_segment(event, &segment);
            test->starts_.push_back(segment->start);
          } else if (const GstStructure* custom = gst_event_get_structure(event)) {
            test->custom_.emplace_back(gst_structure_get_string(custom, "of"));
          }
          return GST_PAD_PROBE_OK;
        },
        this, nullptr);
  }

  // What came through: the segments' starts, and whose the other events were.
  std::vector<guint64> starts_;
  std::vector<std::string> custom_;
};

TEST_F(RepeatedEventsTest, LetsSegmentsPassThatAreNew) {
  for (const GstClockTime start : {7, 7, 9, 9, 9, 7}) {
    push(segment(start));
    push(buffer(10));
  }
  EXPECT_THAT(starts_, ElementsAre(7, 9, 7));
  EXPECT_EQ(arrived().size(), 6U);
}

// A funnel tells of each stream's whenever that has a buffer. They have the same name, so a pad
// knows only the latest.
TEST_F(RepeatedEventsTest, LetsCustomEventsPassOnce) {
  const auto sticky = [](const char* stream) {
    return gst::Ref<GstEvent>::adopt(
        gst_event_new_custom(GST_EVENT_CUSTOM_DOWNSTREAM_STICKY,
                             gst_structure_new("priority", "of", G_TYPE_STRING, stream, nullptr)));
  };
  const auto sound = sticky("sound");
  const auto picture = sticky("picture");
  for (const auto& event : {sound, picture, sound, picture}) {
    push(gst_event_ref(event.get()));
    push(buffer(10));
  }
  push(sticky("picture").release());
  push(buffer(10));
  EXPECT_THAT(custom_, ElementsAre("sound", "picture", "picture"));
  EXPECT_EQ(arrived().size(), 5U);
}

}  // namespace
}  // namespace tessera::peer
