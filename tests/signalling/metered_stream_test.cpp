#include "signalling/metered_stream.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "base/signal.h"
#include "base/units.h"
#include "support/wait.h"

namespace tessera::signalling {
namespace {

using test::wait_until;
using namespace std::chrono_literals;

constexpr std::size_t turn = std::size_t{16} * 1024;

// Reads, as libsoup does, until there is nothing more for now.
class MeteredStreamTest : public testing::Test {
 protected:
  explicit MeteredStreamTest() {
    const auto input = Ref<GInputStream>::adopt(
        g_memory_input_stream_new_from_data(content_.data(), std::ssize(content_), nullptr));
    const auto output = Ref<GOutputStream>::adopt(g_memory_output_stream_new_resizable());
    base_ = Ref<GIOStream>::adopt(g_simple_io_stream_new(input.get(), output.get()));
    metered_ = meter(base_.get());
  }

  GPollableInputStream* input() {
    return G_POLLABLE_INPUT_STREAM(g_io_stream_get_input_stream(metered_.get()));
  }

  std::string read() {
    std::string all;
    std::array<char, 1000> bytes;
    gssize size = 0;
    do {
      GError* raw_error = nullptr;
      size = g_pollable_input_stream_read_nonblocking(input(), bytes.data(), bytes.size(), nullptr,
                                                      &raw_error);
      const GErrorPtr error(raw_error);
      if (size > 0) all.append(bytes.data(), static_cast<std::size_t>(size));
      would_block_ = g_error_matches(error.get(), G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK) != FALSE;
    } while (size > 0);
    return all;
  }

  void wait_until_readable() {
    bool is_readable = false;
    const auto source =
        Ref<GSource>::adopt(g_pollable_input_stream_create_source(input(), nullptr));
    const GPollableSourceFunc ready = [](GObject*, gpointer flag) -> gboolean {
      *static_cast<bool*>(flag) = true;
      return G_SOURCE_REMOVE;
    };
    g_source_set_callback(source.get(), G_SOURCE_FUNC(ready), &is_readable, nullptr);
    g_source_attach(source.get(), nullptr);
    EXPECT_TRUE(wait_until([&] { return is_readable; }));
    g_source_destroy(source.get());
  }

  const std::string content_ = std::string(turn, 'a') + std::string(turn, 'b') + "c";
  Ref<GIOStream> base_;
  Ref<GIOStream> metered_;
  bool would_block_ = false;
};

TEST_F(MeteredStreamTest, HandsOutSoMuchInATurnAndTheRestInTheNext) {
  EXPECT_EQ(read(), std::string(turn, 'a'));
  EXPECT_TRUE(would_block_);
  EXPECT_FALSE(g_pollable_input_stream_is_readable(input()));
  wait_until_readable();
  EXPECT_EQ(read(), std::string(turn, 'b'));
  wait_until_readable();
  EXPECT_EQ(read(), "c");
  EXPECT_FALSE(would_block_);  // The end.
}

TEST_F(MeteredStreamTest, ShowsWhatItHandsOut) {
  std::string shown;
  const auto signal = Signal::connect<void(gconstpointer, gsize)>(
      input(), "handed-out", [&](gconstpointer bytes, gsize size) {
        shown.append(static_cast<const char*>(bytes), size);
      });
  std::string all;
  for (int turns = 0; turns < 3; ++turns) {
    all += read();
    EXPECT_EQ(shown, all);
    wait_until_readable();
  }
  EXPECT_EQ(shown, content_);
}

TEST_F(MeteredStreamTest, TricklesWhenItIsThrottled) {
  read();
  throttle(metered_.get());
  const TimePoint before = Clock::now();
  for (int i = 0; i < 3; ++i) {
    wait_until_readable();
    EXPECT_EQ(read(), std::string(1024, 'b'));
  }
  EXPECT_GE(Clock::now() - before, 30ms);
}

TEST_F(MeteredStreamTest, MayBeMeteredOnceMore) {
  metered_ = meter(metered_.get());
  throttle(metered_.get());
  std::string all = read();
  for (int turns = 0; turns < 40; ++turns) {
    wait_until_readable();
    all += read();
  }
  EXPECT_EQ(all, content_);
}

TEST_F(MeteredStreamTest, IsNotReadByWhoWouldWait) {
  std::array<char, 10> bytes;
  EXPECT_EQ(
      g_input_stream_read(G_INPUT_STREAM(input()), bytes.data(), bytes.size(), nullptr, nullptr),
      -1);
}

TEST_F(MeteredStreamTest, ClosesWhatIsUnderIt) {
  g_io_stream_close(metered_.get(), nullptr, nullptr);
  EXPECT_TRUE(g_io_stream_is_closed(base_.get()));
}

TEST_F(MeteredStreamTest, ItsEndClosesWhatIsUnderIt) {
  metered_ = nullptr;
  EXPECT_TRUE(g_io_stream_is_closed(base_.get()));
}

TEST_F(MeteredStreamTest, ClosesInTheBackgroundToo) {
  bool closed = false;
  g_io_stream_close_async(
      metered_.get(), G_PRIORITY_DEFAULT, nullptr,
      [](GObject* stream, GAsyncResult* result, gpointer flag) {
        *static_cast<bool*>(flag) =
            g_io_stream_close_finish(G_IO_STREAM(stream), result, nullptr) != FALSE;
      },
      &closed);
  EXPECT_TRUE(wait_until([&] { return closed; }));
  EXPECT_TRUE(g_io_stream_is_closed(base_.get()));
}

TEST_F(MeteredStreamTest, WritesToWhatIsUnderIt) {
  EXPECT_EQ(g_io_stream_get_output_stream(metered_.get()),
            g_io_stream_get_output_stream(base_.get()));
}

}  // namespace
}  // namespace tessera::signalling
