#include <benchmark/benchmark.h>

#include "base/log.h"
#include "gst/runtime.h"

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  tessera::set_log_level("warning");
  tessera::gst::start_gstreamer();
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
