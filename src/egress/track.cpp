#include "egress/track.h"

#include <utility>

namespace tessera::egress {
namespace {

const char* description_of(Track::Kind kind) {
  switch (kind) {
    case Track::Kind::vp8:
      return "record-track-vp8";
    case Track::Kind::h264:
      return "record-track-h264";
    case Track::Kind::opus:
      break;
  }
  return "record-track-opus";
}

}  // namespace

Track::Track(Kind kind, FileOptions options, std::shared_ptr<const SharedTimeline> timeline,
             const gst::Descriptions& descriptions)
    : kind_(kind),
      options_(std::move(options)),
      timeline_(std::move(timeline)),
      descriptions_(descriptions) {
  options_.ending = kind == Kind::h264 ? ".mkv" : ".webm";
  opening_ = FileWriter::Opening::begin(options_, [this, owner = anchor_.handle()] {
    owner.post([this] {
      const auto file = std::exchange(opening_, nullptr)->take();
      if (!file || !is_stopped_) return begin(file);
      FileWriter::discard(file);
      end(unwritten());
    });
  });
}

void Track::begin(const FileWriter::Opened& file) {
  auto writer = FileWriter::create(description_of(kind_), options_, file, descriptions_);
  if (!writer) return end(writer.error());
  const auto media =
      kind_ == Kind::opus ? gst::Route::Media::any_buffer : gst::Route::Media::needs_keyframe;
  auto intake = std::make_unique<TrackIntake>((*writer)->pipeline(), timeline_, media);
  if (const auto started = (*writer)->start(*intake); !started) {
    writer->reset();  // Before the intake.
    return end(started.error());
  }
  intake_ = std::move(intake);
  writer_ = std::move(*writer);
  writer_->on_change([this](FileWriter::State state) {
    const auto callback = on_news_;
    if (state != FileWriter::State::finishing && callback) callback();
  });
  if (frames_ != nullptr) intake_->feed(*frames_);
}

Error Track::unwritten() const {
  if (was_fed_) return {"recording_failed", "The disk was too slow to begin in time."};
  return {"no_media", "Nothing was there to be recorded."};
}

void Track::end(const Error& fault) {
  fault_ = fault;
  if (const auto callback = on_news_) callback();
}

void Track::feed(const gst::Outlet& frames) {
  frames_ = &frames;
  was_fed_ = true;
  if (writer_ && writer_->state() == FileWriter::State::writing) intake_->feed(frames);
}

void Track::starve() {
  frames_ = nullptr;
  if (intake_) intake_->starve();
}

void Track::stop() {
  is_stopped_ = true;
  if (writer_) writer_->stop();
}

bool Track::has_ended() const {
  if (!writer_) return fault_.has_value();
  const FileWriter::State state = writer_->state();
  return state == FileWriter::State::finished || state == FileWriter::State::failed;
}

}  // namespace tessera::egress
