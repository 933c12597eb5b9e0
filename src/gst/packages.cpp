#include "gst/packages.h"

#include <functional>
#include <map>

namespace tessera::gst {

std::string package_of_element(const std::string& element) {
  static const std::map<std::string, std::string, std::less<>> packages = {
      {"webrtcbin", "gstreamer1.0-plugins-bad"},
      {"dtlssrtpenc", "gstreamer1.0-plugins-bad"},
      {"srtpdec", "gstreamer1.0-plugins-bad"},
      {"h264parse", "gstreamer1.0-plugins-bad"},
      {"rtmp2sink", "gstreamer1.0-plugins-bad"},
      {"srtsink", "gstreamer1.0-plugins-bad"},
      {"mpegtsmux", "gstreamer1.0-plugins-bad"},
      {"flvmux", "gstreamer1.0-plugins-good"},
      {"hlssink2", "gstreamer1.0-plugins-bad"},
      {"aacparse", "gstreamer1.0-plugins-good"},
      {"mp4mux", "gstreamer1.0-plugins-good"},
      {"webmmux", "gstreamer1.0-plugins-good"},
      {"matroskamux", "gstreamer1.0-plugins-good"},
      {"jpegenc", "gstreamer1.0-plugins-good"},
      {"nicesrc", "gstreamer1.0-nice"},
      {"nicesink", "gstreamer1.0-nice"},
      {"rtpbin", "gstreamer1.0-plugins-good"},
      {"vp8enc", "gstreamer1.0-plugins-good"},
      {"vp8dec", "gstreamer1.0-plugins-good"},
      {"rtpvp8pay", "gstreamer1.0-plugins-good"},
      {"rtpvp8depay", "gstreamer1.0-plugins-good"},
      {"rtph264pay", "gstreamer1.0-plugins-good"},
      {"rtph264depay", "gstreamer1.0-plugins-good"},
      {"rtpopuspay", "gstreamer1.0-plugins-good"},
      {"rtpopusdepay", "gstreamer1.0-plugins-good"},
      {"rglimiter", "gstreamer1.0-plugins-good"},
      {"capssetter", "gstreamer1.0-plugins-good"},
      {"x264enc", "gstreamer1.0-plugins-ugly"},
      {"avdec_h264", "gstreamer1.0-libav"},
      {"avenc_aac", "gstreamer1.0-libav"},
      {"opusenc", "gstreamer1.0-plugins-base"},
      {"opusdec", "gstreamer1.0-plugins-base"},
      {"compositor", "gstreamer1.0-plugins-base"},
      {"audiomixer", "gstreamer1.0-plugins-base"},
      {"mixminus", "gstreamer1.0-plugins-base"},  // Made of audiomixer.
      {"videofit", "gstreamer1.0-plugins-base"},  // Made of videofilter.
      {"audioconvert", "gstreamer1.0-plugins-base"},
      {"audioresample", "gstreamer1.0-plugins-base"},
      {"videotestsrc", "gstreamer1.0-plugins-base"},
      {"audiotestsrc", "gstreamer1.0-plugins-base"},
      {"videoconvert", "gstreamer1.0-plugins-base"},
      {"decodebin", "gstreamer1.0-plugins-base"},
      {"uridecodebin", "gstreamer1.0-plugins-base"},
      {"volume", "gstreamer1.0-plugins-base"},
      {"videoflip", "gstreamer1.0-plugins-good"},
      {"appsrc", "gstreamer1.0-plugins-base"},
      {"appsink", "gstreamer1.0-plugins-base"}};
  const auto found = packages.find(element);
  return found == packages.end() ? "" : found->second;
}

}  // namespace tessera::gst
