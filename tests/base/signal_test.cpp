#include "base/signal.h"

#include <gio/gio.h>
#include <gmock/gmock.h>

#include <memory>
#include <optional>
#include <vector>

namespace tessera {
namespace {

class SignalTest : public testing::Test {
 protected:
  SignalTest() : list_(Ref<GListStore>::adopt(g_list_store_new(G_TYPE_OBJECT))) {}

  // Emits "items-changed" with these.
  void emit(guint position, guint removed, guint added) {
    g_list_model_items_changed(G_LIST_MODEL(list_.get()), position, removed, added);
  }
  void emit() { emit(0, 0, 0); }

  using Changed = void(guint, guint, guint);

  Signal connect(std::function<Changed> callback) {
    return Signal::connect<Changed>(list_.get(), "items-changed", std::move(callback));
  }
  Signal count_into(int& calls) {
    return connect([&calls](guint, guint, guint) { ++calls; });
  }

  Ref<GListStore> list_;
};

TEST_F(SignalTest, HandsOverItsArguments) {
  std::vector<guint> arguments;
  const Signal signal = connect(
      [&](guint position, guint removed, guint added) { arguments = {position, removed, added}; });
  emit(7, 8, 9);
  EXPECT_THAT(arguments, testing::ElementsAre(7, 8, 9));
}

TEST_F(SignalTest, HandsBackWhatTheCallbackReturns) {
  const auto service = Ref<GSocketService>::adopt(g_socket_service_new());
  for (const gboolean reply : std::initializer_list<gboolean>{TRUE, FALSE}) {
    const auto signal = Signal::connect<gboolean(GSocketConnection*, GObject*)>(
        service.get(), "incoming", [&](GSocketConnection*, GObject*) { return reply; });
    gboolean answer = !reply;
    g_signal_emit_by_name(service.get(), "incoming", nullptr, nullptr, &answer);
    EXPECT_EQ(answer, reply);
  }
}

TEST_F(SignalTest, EndsWithItsOwner) {
  int calls = 0;
  {
    const Signal signal = count_into(calls);
    emit();
  }
  emit();
  EXPECT_EQ(calls, 1);
}

TEST_F(SignalTest, StaysConnectedWhenMoved) {
  int calls = 0;
  std::optional<Signal> first(count_into(calls));
  const Signal moved(std::move(*first));
  first.reset();
  emit();
  EXPECT_EQ(calls, 1);
}

TEST_F(SignalTest, DisconnectsWhatItHeldWhenAnotherIsAssigned) {
  int former = 0;
  int present = 0;
  Signal signal = count_into(former);
  signal = count_into(present);
  emit();
  EXPECT_EQ(former, 0);
  EXPECT_EQ(present, 1);
  signal = {};
  emit();
  EXPECT_EQ(present, 1);
}

TEST_F(SignalTest, KeepsItsObject) {
  int calls = 0;
  Signal signal = count_into(calls);
  EXPECT_EQ(G_OBJECT(list_.get())->ref_count, 2);
  signal = {};
  EXPECT_EQ(G_OBJECT(list_.get())->ref_count, 1);
}

TEST_F(SignalTest, MayEndInsideItsOwnCallbackWhichKeepsWhatItCaptured) {
  const auto captured = std::make_shared<int>(0);
  Signal signal;
  signal = connect([&signal, captured](guint, guint, guint) {
    signal = {};
    ++*captured;
  });
  EXPECT_EQ(captured.use_count(), 2);
  emit();
  emit();
  EXPECT_EQ(*captured, 1);
  EXPECT_EQ(captured.use_count(), 1);
}

}  // namespace
}  // namespace tessera
