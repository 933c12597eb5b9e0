#include "egress/timeline.h"

#include <algorithm>
#include <ranges>

namespace tessera::egress {
namespace {

constexpr GstClockTime still_open = GST_CLOCK_TIME_NONE;  // The largest of all times.

}  // namespace

void Timeline::pause(GstClockTime now) {
  waits_since_.reset();
  if (sections_.empty() || sections_.back().until != still_open) return;
  Section& section = sections_.back();
  section.until = std::max(now, section.from);
}

std::optional<GstClockTime> Timeline::place_picture(GstClockTime at, bool is_keyframe) {
  if (is_keyframe && is_undecided(at)) {
    sections_.push_back({at, still_open, length(at)});
    waits_since_.reset();
  }
  std::optional<GstClockTime> position = position_of(at, at + 1);
  if (!position) return std::nullopt;
  // Without it what follows could not be decoded.
  if (last_picture_) position = std::max(*position, *last_picture_ + GST_MSECOND);
  last_picture_ = position;
  return position;
}

std::optional<GstClockTime> Timeline::place_sound(GstClockTime at, GstClockTime duration) {
  const std::optional<GstClockTime> position = position_of(at, at + duration);
  if (!position || (last_sound_ && *position <= *last_sound_)) return std::nullopt;
  last_sound_ = position;
  return position;
}

GstClockTime Timeline::length(GstClockTime now) const {
  if (sections_.empty()) return 0;
  const auto& [from, until, position] = sections_.back();
  return position + std::max(std::min(now, until), from) - from;
}

std::optional<GstClockTime> Timeline::position_of(GstClockTime at, GstClockTime end) const {
  // What comes late may belong to a section that is over; most are of the last one.
  for (const Section& section : std::views::reverse(sections_)) {
    if (at >= section.from && end <= section.until) return section.position + at - section.from;
  }
  return std::nullopt;
}

}  // namespace tessera::egress
