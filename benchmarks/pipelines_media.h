#pragma once

#include <gst/gst.h>

#include <chrono>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/units.h"
#include "gst/ref.h"
#include "support/received.h"

namespace tessera::bench {

// Buffers in their order, each with its caps and stamped from 0.
using Media = std::vector<gst::Ref<GstSample>>;

constexpr int frames_per_second = 30;
constexpr int sound_frames_per_second = 50;
constexpr int samples_per_second = 48'000;
constexpr double tone_hz = 440;
constexpr double tone_db = -20;  // Of full scale.

// The same, at another time.
gst::Ref<GstSample> at_time(const gst::Ref<GstSample>& sample, std::chrono::nanoseconds time);

// So many frames, there and back again for as long as it takes: without a cut, which would be a
// burden to an encoder. At `rate` frames per second. Precondition: there is one.
Media extended(const Media& media, int frames, int rate);
// Likewise, but again and again from the start.
Media repeated(const Media& media, int frames, int rate);

// Raw pictures of one colour, I420.
Media solid_picture(Resolution size, const test::Pixel& colour, int frames);

// Raw pictures with a number each (time_code.h), from `first` and modulo the count.
Media numbered_pictures(Resolution size, int count, int first);

// Mono float, 20 ms at a time, as it is mixed.
Media tone(int frames, double hz = tone_hz);
Media noise(int frames);

// What a description in gst-launch syntax with an appsink "out" makes, up to so many buffers. Its
// element "file", if it has one, reads the file. Error: `unreadable_media`.
Result<Media> produce(const std::string& text, std::size_t most, const std::string& file = "");

// Two seconds of a media file's picture, or where there is none of a moving one, I420.
Result<Media> footage(const std::string& file, Resolution size);

// The proof: so many pictures of that size and, in the middle of the last, that colour. Errors:
// `wrong_output` with what is wrong.
Result<void> expect_picture(const Media& pictures, int count, Resolution size,
                            const test::Pixel& colour);
// So many frames, give or take one for the codec's delay, and of all tones only this one's level.
Result<void> expect_tone(const Media& sound, int count, double hz = tone_hz);
Result<void> expect_count(std::size_t count, int expected, int tolerance);

// The level of a tone at the end of the sound, in dB of full scale.
double level_of(const Media& sound, double hz);

}  // namespace tessera::bench
