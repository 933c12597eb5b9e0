#include "ingest/media_files.h"

#include <gst/gst.h>

#include <stdexcept>

#include "gst/ref.h"

namespace tessera::ingest {
namespace {

std::string video_text(Container container, const std::vector<Second>& seconds,
                       const FileForm& form) {
  std::string text =
      "concat name=pictures ! " +
      std::string(container == Container::webm ? "vp8enc deadline=1 cpu-used=8 keyframe-max-dist=30"
                                                 " target-bitrate=1000000"
                                               : "x264enc speed-preset=ultrafast tune=zerolatency"
                                                 " key-int-max=30 ! h264parse") +
      " ! queue ! mux. ";
  for (const Second& second : seconds) {
    text += "videotestsrc num-buffers=30 pattern=solid-color foreground-color=" +
            std::to_string(0xff000000U | second.rgb) +
            " ! video/x-raw,format=I420,framerate=30/1,colorimetry=bt601,width=" +
            std::to_string(form.width) + ",height=" + std::to_string(form.height) +
            " ! queue ! pictures. ";
  }
  return text;
}

std::string audio_text(Container container, const std::vector<Second>& seconds) {
  std::string text =
      "concat name=sounds ! audioconvert ! audioresample ! " +
      std::string(container == Container::webm ? "opusenc" : "avenc_aac ! aacparse") +
      " ! queue ! mux. ";
  for (const Second& second : seconds) {
    text += "audiotestsrc num-buffers=100 samplesperbuffer=480 freq=" +
            std::to_string(second.hz > 0 ? second.hz : 440) +
            " volume=" + (second.hz > 0 ? "0.5" : "0") +
            " ! audio/x-raw,rate=48000,channels=2 ! queue ! sounds. ";
  }
  return text;
}

}  // namespace

std::string media_text(Container container, const std::vector<Second>& seconds,
                       const FileForm& form, const std::string& sink) {
  const std::string mux = container == Container::webm ? "webmmux"
                          : container == Container::ts ? "mpegtsmux"
                                                       : "mp4mux faststart=true";
  return mux + " name=mux ! " + sink + " " +
         (form.has_video ? video_text(container, seconds, form) : "") +
         (form.has_audio ? audio_text(container, seconds) : "");
}

void run_to_end(const std::string& text) {
  GError* raw_error = nullptr;
  const auto pipeline = gst::Ref<GstElement>::share(gst_parse_launch(text.c_str(), &raw_error));
  const GErrorPtr error(raw_error);
  if (error) throw std::runtime_error(error->message);
  gst_element_set_state(pipeline.get(), GST_STATE_PLAYING);
  const auto bus = gst::Ref<GstBus>::adopt(gst_element_get_bus(pipeline.get()));
  const auto message = gst::Ref<GstMessage>::adopt(gst_bus_timed_pop_filtered(
      bus.get(), 60 * GST_SECOND, GstMessageType(GST_MESSAGE_EOS | GST_MESSAGE_ERROR)));
  const bool is_done = message && GST_MESSAGE_TYPE(message.get()) == GST_MESSAGE_EOS;
  gst_element_set_state(pipeline.get(), GST_STATE_NULL);
  if (!is_done) throw std::runtime_error("no end of: " + text);
}

std::filesystem::path make_file(const std::filesystem::path& file, Container container,
                                const std::vector<Second>& seconds, const FileForm& form) {
  run_to_end(media_text(container, seconds, form, "filesink location=" + file.string()));
  return file;
}

}  // namespace tessera::ingest
