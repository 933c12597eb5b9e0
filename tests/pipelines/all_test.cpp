#include <gtest/gtest.h>

#include "gst/pipeline.h"
#include "support/sinks.h"
#include "support/wait.h"

namespace tessera {
namespace {

constexpr int slots = 3;

// Without media: that nothing is missing, misspelt or unlinkable. What each does is tested by role.
TEST(EachDescription, ParsesAndStarts) {
  const auto descriptions = test::descriptions();
  for (const auto& [name, text] : descriptions.all()) {
    // They start only with something to play: tests/ingest.
    if (name.starts_with("open-")) continue;
    const auto pipeline = gst::Pipeline::create(name, descriptions.text(name, slots));
    ASSERT_TRUE(pipeline) << pipeline.error().message;
    if (name == "hls") continue;  // It has to be flushed before it may be stopped: tests/egress.
    bool has_failed = false;
    (*pipeline)->on_failure([&](const Error&) { has_failed = true; });
    ASSERT_TRUE((*pipeline)->start()) << name;
    GstElement* element = (*pipeline)->get();
    EXPECT_TRUE(test::wait_until([&] { return GST_STATE(element) == GST_STATE_PLAYING; })) << name;
    EXPECT_FALSE(has_failed) << name;
  }
}

}  // namespace
}  // namespace tessera
