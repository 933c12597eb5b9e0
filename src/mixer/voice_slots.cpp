#include "mixer/voice_slots.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace tessera::mixer {
namespace {

using Seconds = std::chrono::duration<double>;

// Quieter is all the same: or speech after digital silence would take longer to notice than after a
// room's noise.
constexpr Level quiet{90};

// One step of a first-order low-pass filter.
Level smoothed(Level before, Level input, Seconds elapsed, Seconds time_constant) {
  const double weight = 1 - std::exp(-elapsed / time_constant);
  return {before.minus_dbov + (input.minus_dbov - before.minus_dbov) * weight};
}

}  // namespace

VoiceSlots::VoiceSlots(int slots) : VoiceSlots(slots, Options{}) {}

VoiceSlots::VoiceSlots(int slots, const Options& options) : options_(options), seats_(slots) {}

std::vector<Seating> VoiceSlots::join(const ParticipantId& who, bool microphone) {
  const auto [voice, is_new] = voices_.try_emplace(who);
  if (!is_new) return {};
  voice->second.joined = joined_++;
  voice->second.microphone = microphone;
  voice->second.level = quiet;
  if (const auto slot = free_slot()) return {seat(*voice, *slot)};
  if (!microphone) return {};
  if (auto* incumbent = seated_with_closed_microphone()) return replace(*incumbent, *voice);
  return {};
}

std::vector<Seating> VoiceSlots::leave(const ParticipantId& who) {
  const auto voice = voices_.find(who);
  if (voice == voices_.end()) return {};
  const auto slot = voice->second.slot;
  voices_.erase(voice);
  if (!slot) return {};
  seats_[*slot].reset();
  if (auto* successor = first_to_sit()) return {seat(*successor, *slot)};
  return {};
}

std::vector<Seating> VoiceSlots::set_microphone(const ParticipantId& who, bool on) {
  const auto voice = voices_.find(who);
  if (voice == voices_.end() || voice->second.microphone == on) return {};
  voice->second.microphone = on;
  if (on) {
    if (voice->second.slot) return {};
    if (auto* incumbent = seated_with_closed_microphone()) return replace(*incumbent, *voice);
    return {};
  }
  voice->second.level = quiet;
  voice->second.speech = {};
  if (!voice->second.slot) return {};
  auto* successor = first_to_sit();
  if (successor && successor->second.microphone) return replace(*voice, *successor);
  return {};
}

std::vector<Seating> VoiceSlots::hear(const ParticipantId& who, Level level, TimePoint now) {
  const auto speaker = voices_.find(who);
  if (speaker == voices_.end() || !speaker->second.microphone) return {};
  follow(speaker->second, level, now);
  if (speaker->second.slot || !is_speaking(who, now)) return {};
  if (auto* incumbent = whose_seat_falls_to(speaker->second, now)) {
    return replace(*incumbent, *speaker);
  }
  return {};
}

std::optional<int> VoiceSlots::slot_of(const ParticipantId& who) const {
  const auto voice = voices_.find(who);
  return voice == voices_.end() ? std::nullopt : voice->second.slot;
}

bool VoiceSlots::is_speaking(const ParticipantId& who, TimePoint now) const {
  const auto voice = voices_.find(who);
  return voice != voices_.end() && voice->second.speech >= options_.attack &&
         voice->second.last_speech > now - options_.pause;
}

void VoiceSlots::follow(Voice& voice, Level level, TimePoint now) const {
  // A sender that pauses sends nothing, so the first level after a gap stands for a packet's time
  // only.
  constexpr std::chrono::milliseconds packet{20};
  const bool gap = voice.last_heard + options_.pause < now;
  const Seconds elapsed = gap ? packet : std::max(now - voice.last_heard, TimePoint::duration{});
  voice.last_heard = std::max(voice.last_heard, now);

  level.minus_dbov = std::clamp(level.minus_dbov, 0.0, quiet.minus_dbov);
  voice.level = smoothed(gap ? quiet : voice.level, level, elapsed, options_.smoothing);
  if (voice.last_speech + options_.pause <= now) voice.speech = {};
  if (voice.level.at_least_as_loud_as(options_.speech)) {
    voice.speech_level = voice.speech == Seconds{} ? voice.level
                                                   : smoothed(voice.speech_level, voice.level,
                                                              elapsed, options_.challenge);
    voice.speech += elapsed;
    voice.last_speech = voice.last_heard;
  }
}

Seating VoiceSlots::seat(Voices::value_type& who, int slot) {
  seats_[slot] = who.first;
  who.second.slot = slot;
  return {who.first, slot};
}

std::vector<Seating> VoiceSlots::replace(Voices::value_type& incumbent,
                                         Voices::value_type& successor) {
  const int slot = *incumbent.second.slot;
  incumbent.second.slot.reset();
  return {Seating{incumbent.first, std::nullopt}, seat(successor, slot)};
}

std::optional<int> VoiceSlots::free_slot() const {
  const auto seat = std::ranges::find_if(seats_, [](const auto& taken) { return !taken; });
  if (seat == seats_.end()) return std::nullopt;
  return static_cast<int>(seat - seats_.begin());
}

// Of those who stand: an open microphone before a closed one, then who spoke last, then who joined
// first.
VoiceSlots::Voices::value_type* VoiceSlots::first_to_sit() {
  const auto rank = [](const Voice& voice) {
    return std::tuple(voice.microphone, voice.last_speech, -voice.joined);
  };
  Voices::value_type* first = nullptr;
  for (auto& candidate : voices_) {
    if (candidate.second.slot) continue;
    if (!first || rank(candidate.second) > rank(first->second)) first = &candidate;
  }
  return first;
}

VoiceSlots::Voices::value_type* VoiceSlots::seated_with_closed_microphone() {
  for (const auto& id : seats_) {
    auto& incumbent = *voices_.find(*id);
    if (!incumbent.second.microphone) return &incumbent;
  }
  return nullptr;
}

VoiceSlots::Voices::value_type* VoiceSlots::whose_seat_falls_to(const Voice& speaker,
                                                                TimePoint now) {
  Voices::value_type* silent_longest = nullptr;
  Voices::value_type* softest = nullptr;
  for (const auto& id : seats_) {
    auto& incumbent = *voices_.find(*id);
    const Voice& voice = incumbent.second;
    if (!silent_longest || voice.last_speech < silent_longest->second.last_speech) {
      silent_longest = &incumbent;
    }
    if (!softest || softest->second.speech_level.at_least_as_loud_as(voice.speech_level)) {
      softest = &incumbent;
    }
  }
  if (!silent_longest) return nullptr;
  if (silent_longest->second.last_speech <= now - options_.hold) return silent_longest;

  const Level bar = softest->second.speech_level.louder_by(options_.challenge_decibels);
  const bool challenged =
      speaker.speech >= options_.challenge && speaker.speech_level.at_least_as_loud_as(bar);
  return challenged ? softest : nullptr;
}

}  // namespace tessera::mixer
