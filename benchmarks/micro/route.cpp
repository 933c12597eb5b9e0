#include "gst/route.h"

#include <benchmark/benchmark.h>
#include <gst/app/gstappsrc.h>

#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/event_loop.h"

namespace tessera::gst {
namespace {

std::unique_ptr<Pipeline> started(const std::string& text) {
  auto made = Pipeline::create("bench", text);
  if (!made || !(*made)->start()) throw std::runtime_error("no pipeline: " + text);
  return std::move(*made);
}

constexpr const char* source = "appsrc name=in is-live=true format=time do-timestamp=false ! ";

// Counts what arrives behind an inlet.
GstPadProbeReturn count(GstPad*, GstPadProbeInfo*, gpointer counter) {
  auto* arrived = static_cast<std::atomic<int>*>(counter);
  ++*arrived;
  arrived->notify_one();
  return GST_PAD_PROBE_OK;
}

// From an outlet's pipeline to so many inlets', each with its own streaming thread as in a meeting.
// An item is one buffer at one inlet.
void carry_over_routes(benchmark::State& state) {
  const int inlets = static_cast<int>(state.range(0));
  const auto from = started(std::string(source) + "appsink name=out sync=false async=false");
  const Outlet outlet(*from, "out");
  std::atomic<int> arrived = 0;
  std::vector<std::unique_ptr<Pipeline>> to;
  std::vector<std::unique_ptr<Route>> routes;
  for (int i = 0; i < inlets; ++i) {
    to.push_back(started(std::string(source) + "fakesink name=sink sync=false async=false"));
    const auto pad =
        Ref<GstPad>::adopt(gst_element_get_static_pad(to.back()->element("sink").get(), "sink"));
    gst_pad_add_probe(pad.get(), GST_PAD_PROBE_TYPE_BUFFER, count, &arrived, nullptr);
    routes.push_back(
        std::make_unique<Route>(outlet, Inlet(*to.back(), "in"), Route::Media::any_buffer));
  }
  const Inlet in(*from, "in");
  // All at one time: then no inlet is behind, and no route drops.
  const auto buffer = Ref<GstBuffer>::adopt(gst_buffer_new_allocate(nullptr, 1200, nullptr));
  GST_BUFFER_PTS(buffer.get()) = 0;
  constexpr int batch = 20;
  int expected = 0;
  for (auto _ : state) {
    expected += batch * inlets;
    for (int i = 0; i < batch; ++i) {
      gst_app_src_push_buffer(GST_APP_SRC(in.get()), gst_buffer_ref(buffer.get()));
    }
    for (int now = arrived; now < expected; now = arrived) arrived.wait(now);
  }
  state.SetItemsProcessed(state.iterations() * batch * inlets);
  routes.clear();
  to.clear();
  wait_for_workers(std::chrono::seconds(10));  // Those who still count.
}
BENCHMARK(carry_over_routes)
    ->ArgName("inlets")
    ->Arg(1)
    ->Arg(100)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

}  // namespace
}  // namespace tessera::gst
