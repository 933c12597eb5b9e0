#include "base/ref.h"

#include <gtest/gtest.h>

#include <utility>

namespace tessera {
namespace {

Ref<GObject> object() {
  return Ref<GObject>::adopt(G_OBJECT(g_object_new(G_TYPE_OBJECT, nullptr)));
}

unsigned count_of(const Ref<GObject>& ref) { return ref->ref_count; }

TEST(Ref, AdoptsAReference) {
  const auto owner = object();
  g_object_ref(owner.get());
  {
    const auto adopted = Ref<GObject>::adopt(owner.get());
    EXPECT_EQ(count_of(owner), 2);
  }
  EXPECT_EQ(count_of(owner), 1);
}

TEST(Ref, SharesByAddingAReference) {
  const auto owner = object();
  {
    const auto shared = Ref<GObject>::share(owner.get());
    EXPECT_EQ(count_of(owner), 2);
  }
  EXPECT_EQ(count_of(owner), 1);
}

TEST(Ref, SinksAFloatingReference) {
  auto* floating = G_OBJECT(g_object_new(G_TYPE_INITIALLY_UNOWNED, nullptr));
  ASSERT_TRUE(g_object_is_floating(floating));
  const auto owner = Ref<GObject>::share(floating);
  EXPECT_FALSE(g_object_is_floating(floating));
  EXPECT_EQ(count_of(owner), 1);
}

TEST(Ref, CountsCopiesAndNotMoves) {
  const auto first = object();
  {
    auto copy = first;
    EXPECT_EQ(count_of(first), 2);
    const auto moved = std::move(copy);
    EXPECT_EQ(count_of(first), 2);
    EXPECT_EQ(moved.get(), first.get());
    EXPECT_FALSE(copy);  // NOLINT(bugprone-use-after-move): it is what this is about.
  }
  EXPECT_EQ(count_of(first), 1);
}

TEST(Ref, LetsGoOfWhatItHeldWhenAnotherIsAssigned) {
  const auto first = object();
  const auto second = object();
  auto ref = first;
  ref = second;
  EXPECT_EQ(count_of(first), 1);
  EXPECT_EQ(count_of(second), 2);
  const auto& itself = ref;
  ref = itself;
  EXPECT_EQ(count_of(second), 2);
  ref = nullptr;
  EXPECT_EQ(count_of(second), 1);
}

TEST(Ref, ReleasesToAFunctionThatTakesTheReference) {
  auto ref = object();
  GObject* raw = ref.release();
  EXPECT_FALSE(ref);
  const auto back = Ref<GObject>::adopt(raw);
  EXPECT_EQ(count_of(back), 1);
}

TEST(Ref, ToNothingIsFalse) {
  EXPECT_FALSE(Ref<GObject>());
  EXPECT_FALSE(Ref<GObject>(nullptr));
  EXPECT_FALSE(Ref<GObject>::share(nullptr));
  EXPECT_FALSE(Ref<GObject>::adopt(nullptr));
}

}  // namespace
}  // namespace tessera
