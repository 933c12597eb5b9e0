#pragma once

#include <array>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace tessera::test {

struct Packet {
  bool is_video = false;
  bool is_keyframe = false;
  double at = 0;  // Seconds, as the stream has it.
};

// What another program, FFmpeg, finds in a file of ours, or at a URL. On the control thread, which
// runs on meanwhile.
class FileProbe {
 public:
  explicit FileProbe(std::string path);

  // Of its streams, in order.
  std::vector<std::string> codecs() const;
  std::vector<std::string> profiles() const;  // With the codec, as "aac LC".
  // Seconds; 0 if it doesn't say.
  double duration() const;
  double start_time() const;

  // What FFmpeg complains about while it decodes all of it; empty if that is nothing.
  std::string complaints() const;
  // In the file's order.
  std::vector<Packet> packets() const;
  // The presentation times of those of a stream: "v:0", "a:0".
  std::vector<double> packet_times(const std::string& stream) const;
  // Those of them at which one can begin to play.
  std::vector<double> keyframe_times() const;

  struct Frame {
    double at = 0;  // From the file's start time on.
    int y = 0;
    int u = 0;
    int v = 0;
  };
  // Of the whole picture, or of the part that FFmpeg's filter `crop` calls so.
  std::vector<Frame> frames(const std::string& part = "iw:ih") const;

  // Red, green and blue of the first picture's average.
  std::array<int, 3> colour() const;

  // The sound from the file's start time on, 48000 samples a second, each at its own time.
  std::vector<float> sound() const;

 private:
  std::string path_;
  nlohmann::json description_;
};

// The first so many seconds of what comes from a URL, or all of it.
std::vector<Packet> packets_of(const std::string& file_or_url, int seconds = 0);
// Whether each is later than the one before of its kind.
bool is_monotonic(const std::vector<Packet>& packets);
// The longest time between two keyframes.
double longest_keyframe_interval(const std::vector<Packet>& packets);

// When the picture turns from dark to bright.
std::vector<double> flashes(const std::vector<FileProbe::Frame>& frames);
// When silence ends.
std::vector<double> beeps(const std::vector<float>& sound);
// The strength of a tone in a part of the sound, in dB relative to full scale.
double tone_db(const std::vector<float>& sound, double from, double to, double hz);

}  // namespace tessera::test
