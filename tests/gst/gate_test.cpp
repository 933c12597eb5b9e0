#include "gst/gate.h"

#include <gmock/gmock.h>

#include <memory>

#include "gst/passage.h"

namespace tessera::gst {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr bool key = true;
constexpr bool delta = false;

class GateTest : public test::PassageTest {
 protected:
  // Numbers name buffers: they are their time stamps.
  static Ref<GstBuffer> buffer(int number, bool is_key) {
    auto made = PassageTest::buffer(static_cast<GstClockTime>(number));
    if (!is_key) GST_BUFFER_FLAG_SET(made.get(), GST_BUFFER_FLAG_DELTA_UNIT);
    return made;
  }

  void push(int number, bool is_key) { PassageTest::push(buffer(number, is_key)); }

  std::unique_ptr<Gate> gate_ = std::make_unique<Gate>(*pipeline_, "passage", "src");
};

TEST_F(GateTest, IsClosedAtFirst) {
  push(1, key);
  push(2, delta);
  EXPECT_THAT(arrived(), IsEmpty());
}

TEST_F(GateTest, LetsBuffersPassFromAKeyframeOnOnceItIsOpen) {
  gate_->open();
  push(1, delta);
  push(2, key);
  push(3, delta);
  EXPECT_THAT(arrived(), ElementsAre(2, 3));
}

TEST_F(GateTest, WaitsForAnotherKeyframeWhenItWasClosedMeanwhile) {
  gate_->open();
  push(1, key);
  gate_->close();
  push(2, delta);
  push(3, key);
  gate_->open();
  push(4, delta);
  push(5, key);
  EXPECT_THAT(arrived(), ElementsAre(1, 5));
}

TEST_F(GateTest, StaysOpenWhenItIsOpenedTwice) {
  gate_->open();
  push(1, key);
  gate_->open();
  push(2, delta);
  EXPECT_THAT(arrived(), ElementsAre(1, 2));
}

// Media before the certificate was checked mustn't slip through in a list.
TEST_F(GateTest, HoldsForListsOfBuffersToo) {
  const auto out = pad("passage", "src");
  const auto push_list = [&](int number, bool is_key) {
    GstBufferList* list = gst_buffer_list_new();
    gst_buffer_list_add(list, buffer(number, is_key).release());
    gst_buffer_list_add(list, buffer(number + 1, delta).release());
    gst_pad_push_list(out.get(), list);
  };
  push_list(1, key);
  gate_->open();
  push_list(3, delta);
  push_list(5, key);
  push_list(7, delta);
  gate_->close();
  push_list(9, key);
  EXPECT_THAT(arrived(), ElementsAre(5, 6, 7, 8));
}

TEST_F(GateTest, StaysClosedOnceItIsGone) {
  gate_.reset();
  push(1, key);
  EXPECT_THAT(arrived(), ElementsAre());
}

TEST_F(GateTest, StaysOpenOnceItIsGone) {
  gate_->open();
  gate_.reset();
  push(1, key);
  EXPECT_THAT(arrived(), ElementsAre(1));
}

}  // namespace
}  // namespace tessera::gst
