#include "egress/recording.h"

#include <array>
#include <utility>

#include "gst/pads.h"

namespace tessera::egress {
namespace {

// Whether an access unit, its NAL units each behind their length of four bytes (ISO/IEC 14496-15),
// is an IDR picture: NAL unit type 5 (ITU-T H.264, table 7-1).
bool is_idr(GstBuffer* buffer) {
  for (gsize at = 0; at + 5 <= gst_buffer_get_size(buffer);) {
    std::array<guint8, 5> start{};
    gst_buffer_extract(buffer, at, start.data(), start.size());
    if ((start[4] & 0x1F) == 5) return true;
    at += 4 + GST_READ_UINT32_BE(start.data());
  }
  return false;
}

// h264parse takes each intra picture for a keyframe, though one can't begin to play at each.
GstPadProbeReturn mark_keyframes(GstPad*, GstPadProbeInfo* info, gpointer) {
  GstBuffer* buffer = GST_PAD_PROBE_INFO_BUFFER(info);
  if (GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_DELTA_UNIT) || is_idr(buffer)) {
    return GST_PAD_PROBE_OK;
  }
  buffer = gst_buffer_make_writable(buffer);
  GST_PAD_PROBE_INFO_DATA(info) = buffer;
  GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_DELTA_UNIT);
  return GST_PAD_PROBE_OK;
}

void mark_keyframes_only(const gst::Pipeline& pipeline) {
  const auto pad = gst::static_pad(pipeline.element("mux").get(), "video_0");
  gst_pad_add_probe(pad.get(), GST_PAD_PROBE_TYPE_BUFFER, mark_keyframes, nullptr, nullptr);
}

FileOptions file_of(const RecordingOptions& options) {
  return {options.folder, options.name, options.container == Container::mp4 ? ".mp4" : ".webm",
          options.warn_below, options.stop_below};
}

}  // namespace

Result<std::unique_ptr<Recording>> Recording::start(const RecordingOptions& options,
                                                    const gst::Outlet& picture,
                                                    const gst::Outlet& sound,
                                                    const gst::Descriptions& descriptions) {
  const bool is_mp4 = options.container == Container::mp4;
  const FileOptions file = file_of(options);
  auto writer = FileWriter::create(is_mp4 ? "record-mp4" : "record-webm", file,
                                   FileWriter::Opening::begin(file)->take(), descriptions);
  if (!writer) return writer.error();
  std::unique_ptr<Recording> recording(new Recording(std::move(*writer)));
  const Result<void> begun = recording->begin(options.container, picture, sound);
  if (!begun) return begun.error();
  return recording;
}

Recording::Recording(std::unique_ptr<FileWriter> writer)
    : intake_(writer->pipeline()), writer_(std::move(writer)) {}

Result<void> Recording::begin(Container container, const gst::Outlet& picture,
                              const gst::Outlet& sound) {
  if (container == Container::mp4) mark_keyframes_only(writer_->pipeline());
  writer_->on_change([this](FileWriter::State state) {
    if (state != FileWriter::State::writing) every_ten_seconds_.stop();
    tell();
  });
  if (const Result<void> started = writer_->start(intake_); !started) return started.error();
  intake_.begin();
  feed(picture, sound);
  if (container == Container::webm) {
    // One can seek to keyframes only.
    every_ten_seconds_.start_repeating(std::chrono::seconds(10),
                                       [this] { intake_.request_keyframe(); });
  }
  return {};
}

void Recording::feed(const gst::Outlet& picture, const gst::Outlet& sound) {
  if (writer_->state() == FileWriter::State::writing) intake_.feed(picture, sound);
}

void Recording::pause() {
  if (state() != State::recording) return;
  intake_.close();
  is_paused_ = true;
  tell();
}

void Recording::resume() {
  if (state() != State::paused) return;
  intake_.begin();
  is_paused_ = false;
  tell();
}

Recording::State Recording::state() const {
  switch (writer_->state()) {
    case FileWriter::State::writing:
      return is_paused_ ? State::paused : State::recording;
    case FileWriter::State::finishing:
      return State::finishing;
    case FileWriter::State::finished:
      return State::finished;
    case FileWriter::State::failed:
      break;
  }
  return State::failed;
}

void Recording::tell() {
  if (const auto callback = on_change_) callback(state());
}

}  // namespace tessera::egress
