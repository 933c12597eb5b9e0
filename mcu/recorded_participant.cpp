#include "mcu/recorded_participant.h"

#include <glib.h>

#include <utility>

#include "base/log.h"
#include "mcu/participant.h"

namespace tessera::mcu {
namespace {

constexpr std::size_t longest_name = 40;  // Bytes.

// A part of a file's name: what might mean something else there is left out.
std::string file_name_of(const Participant& participant) {
  std::string name = participant.id() + " ";
  for (const char c : participant.name()) {
    const bool is_plain = static_cast<unsigned char>(c) >= 0x80 || g_ascii_isalnum(c) != 0 ||
                          c == ' ' || c == '-' || c == '_';
    if (is_plain) name += c;
  }
  if (name.size() > longest_name) name.resize(longest_name);
  // Not amid a character.
  const gchar* end = nullptr;
  if (g_utf8_validate(name.data(), static_cast<gssize>(name.size()), &end) == FALSE) {
    name.resize(static_cast<std::size_t>(end - name.data()));
  }
  return name;
}

egress::Track::Kind kind_of(const std::optional<VideoCodec>& codec) {
  return codec == VideoCodec::h264 ? egress::Track::Kind::h264 : egress::Track::Kind::vp8;
}

}  // namespace

RecordedParticipant::RecordedParticipant(Participant& participant, egress::FileOptions recording,
                                         std::shared_ptr<const egress::SharedTimeline> timeline,
                                         const gst::Descriptions& descriptions, News news)
    : participant_(&participant),
      who_("participant=" + participant.id()),
      file_(std::move(recording)),
      timeline_(std::move(timeline)),
      descriptions_(descriptions),
      news_(std::move(news)),
      camera_{.kind = kind_of(participant.sent_codec()), .name = " camera"},
      microphone_{.kind = egress::Track::Kind::opus, .name = " microphone"} {
  file_.name += " " + file_name_of(participant);
  participant_->add(*this);
  participant_->serve(*this);
}

RecordedParticipant::~RecordedParticipant() {
  if (participant_ != nullptr) participant_->remove(*this);
}

void RecordedParticipant::follow(const gst::Outlet* video, const gst::Outlet* audio) {
  const bool may_be_kept = participant_ != nullptr && participant_->recorded();
  follow(camera_, may_be_kept ? video : nullptr);
  follow(microphone_, may_be_kept ? audio : nullptr);
}

void RecordedParticipant::follow(Medium& medium, const gst::Outlet* frames) {
  if (frames == nullptr) {
    if (medium.track) medium.track->starve();
    return;
  }
  if (!medium.track) start(medium);
  if (!medium.track->is_fed()) medium.track->feed(*frames);
}

void RecordedParticipant::start(Medium& medium) {
  egress::FileOptions file = file_;
  file.name += medium.name;
  medium.track = std::make_unique<egress::Track>(medium.kind, file, timeline_, descriptions_);
  medium.track->on_news([this, &medium, name = file.name] {
    std::optional<Error> fault = medium.track->reason();
    if (fault && fault->code == "no_media") fault.reset();  // Who never sends has no file.
    const char* what = medium.track->has_ended() ? "track ended" : "track has gaps";
    if (fault) log("mcu").error(R"({} {} file="{}" reason="{}")", what, who_, name, fault->message);
    news_(fault);
  });
}

void RecordedParticipant::lose(const Error&) {
  participant_ = nullptr;
  stop();
}

void RecordedParticipant::stop() {
  if (participant_ != nullptr) std::exchange(participant_, nullptr)->remove(*this);
  for (Medium* medium : {&camera_, &microphone_}) {
    if (!medium->track) continue;
    medium->track->starve();
    medium->track->stop();
  }
}

bool RecordedParticipant::has_ended() const {
  const auto has_ended = [](const Medium& medium) {
    return !medium.track || medium.track->has_ended();
  };
  return participant_ == nullptr && has_ended(camera_) && has_ended(microphone_);
}

}  // namespace tessera::mcu
