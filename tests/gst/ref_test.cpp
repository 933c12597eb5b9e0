#include "gst/ref.h"

#include <gtest/gtest.h>

namespace tessera::gst {
namespace {

template <typename T>
void expect_counted(T* made) {
  const auto ref = Ref<T>::adopt(made);
  EXPECT_EQ(GST_MINI_OBJECT_REFCOUNT_VALUE(made), 1);
  {
    const Ref<T> copy(ref);  // NOLINT(performance-unnecessary-copy-initialization)
    const auto shared = Ref<T>::share(made);
    EXPECT_EQ(GST_MINI_OBJECT_REFCOUNT_VALUE(made), 3);
  }
  EXPECT_EQ(GST_MINI_OBJECT_REFCOUNT_VALUE(made), 1);
}

TEST(Ref, CountsMiniObjectsAsGStreamerDoes) {
  expect_counted(gst_buffer_new());
  expect_counted(gst_caps_new_empty());
  expect_counted(gst_event_new_eos());
  expect_counted(gst_message_new_eos(nullptr));
  GstPromise* promise = gst_promise_new();
  gst_promise_reply(promise, nullptr);
  expect_counted(promise);
  expect_counted(gst_sample_new(nullptr, nullptr, nullptr, nullptr));
  expect_counted(gst_allocator_alloc(nullptr, 8, nullptr));
}

TEST(Ref, SinksTheFloatingReferenceOfANewElement) {
  const auto element = Ref<GstElement>::share(gst_element_factory_make("fakesink", nullptr));
  EXPECT_EQ(GST_OBJECT_REFCOUNT_VALUE(element.get()), 1);
}

}  // namespace
}  // namespace tessera::gst
