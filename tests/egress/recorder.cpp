// A process that records until it is killed: recorder FOLDER .mp4|.webm. Says each 50 ms how many
// milliseconds it has recorded.

#include <cstdio>
#include <string>

#include "egress/composite.h"
#include "egress/recording.h"
#include "gst/runtime.h"

int main(int, char** arguments) {
  using namespace tessera;
  gst::start_gstreamer();
  const bool is_mp4 = std::string(arguments[2]) == ".mp4";
  const test::Composite composite(is_mp4 ? test::Composite::Encoding::h264_aac
                                         : test::Composite::Encoding::vp8_opus);
  const auto recording = egress::Recording::start(
      {arguments[1], "a meeting 10-30", is_mp4 ? egress::Container::mp4 : egress::Container::webm},
      composite.picture(), composite.sound(), test::descriptions());
  if (!recording) return 1;
  Timer timer;
  timer.start_repeating(std::chrono::milliseconds(50), [&] {
    std::printf("%d\n", static_cast<int>((*recording)->elapsed().count()));
    std::fflush(stdout);
  });
  EventLoop().run();
}
