#include "egress/file_probe.h"

#include <gio/gio.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <numbers>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "base/ref.h"
#include "support/wait.h"

namespace tessera::test {
namespace {

constexpr int sample_rate = 48000;

struct Output {
  std::string text;
  std::string complaints;
};

struct Pending {
  bool is_done = false;
  Output output;
};

std::string text_of(GBytes* bytes) {
  gsize size = 0;
  const auto* text = static_cast<const char*>(g_bytes_get_data(bytes, &size));
  std::string result(text, size);
  g_bytes_unref(bytes);
  return result;
}

Output run(const std::vector<std::string>& command) {
  std::vector<const char*> arguments;
  for (const std::string& part : command) arguments.push_back(part.c_str());
  arguments.push_back(nullptr);
  GError* raw_error = nullptr;
  const auto process = Ref<GSubprocess>::adopt(
      g_subprocess_newv(arguments.data(),
                        static_cast<GSubprocessFlags>(G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                                                      G_SUBPROCESS_FLAGS_STDERR_PIPE),
                        &raw_error));
  if (const GErrorPtr error(raw_error); error) throw std::runtime_error(error->message);
  Pending pending;
  g_subprocess_communicate_async(
      process.get(), nullptr, nullptr,
      [](GObject* source, GAsyncResult* result, gpointer data) {
        auto* waiting = static_cast<Pending*>(data);
        GBytes* text = nullptr;
        GBytes* complaints = nullptr;
        if (g_subprocess_communicate_finish(G_SUBPROCESS(source), result, &text, &complaints,
                                            nullptr)) {
          waiting->output = {text_of(text), text_of(complaints)};
        }
        waiting->is_done = true;
      },
      &pending);
  const auto is_done = [&] { return pending.is_done; };
  if (!wait_until(is_done, std::chrono::seconds(60))) g_subprocess_force_exit(process.get());
  wait_until(is_done);
  if (!g_subprocess_get_if_exited(process.get())) {
    throw std::runtime_error("no end of " + command.front());
  }
  return pending.output;
}

// What ffprobe writes, by line and comma.
std::vector<std::vector<std::string>> rows_of(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"ffprobe", "-v", "error", "-of", "csv=p=0"});
  std::vector<std::vector<std::string>> rows;
  std::istringstream lines(run(arguments).text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    std::vector<std::string> row;
    for (std::string field; std::getline(fields, field, ',');) row.push_back(field);
    if (!row.empty()) rows.push_back(row);
  }
  return rows;
}

double number(const std::string& text) { return std::strtod(text.c_str(), nullptr); }

// What FFmpeg makes of the file, in bytes.
std::string converted(const std::string& path, const std::vector<std::string>& arguments) {
  std::vector<std::string> command = {"ffmpeg", "-v", "error", "-nostdin", "-i", path};
  command.insert(command.end(), arguments.begin(), arguments.end());
  command.emplace_back("pipe:1");
  return run(command).text;
}

}  // namespace

FileProbe::FileProbe(std::string path) : path_(std::move(path)) {
  description_ = nlohmann::json::parse(
      run({"ffprobe", "-v", "error", "-of", "json", "-show_streams", "-show_format", path_}).text);
}

std::vector<std::string> FileProbe::codecs() const {
  std::vector<std::string> codecs;
  for (const auto& stream : description_.value("streams", nlohmann::json::array())) {
    codecs.push_back(stream["codec_name"]);
  }
  return codecs;
}

std::vector<std::string> FileProbe::profiles() const {
  std::vector<std::string> profiles;
  for (const auto& stream : description_.value("streams", nlohmann::json::array())) {
    profiles.push_back(stream.value("codec_name", "") + " " + stream.value("profile", ""));
  }
  return profiles;
}

double FileProbe::duration() const {
  if (!description_.contains("format")) return 0;
  return std::stod(description_["format"].value("duration", "0"));
}

double FileProbe::start_time() const {
  if (!description_.contains("format")) return 0;
  return number(description_["format"].value("start_time", "0"));
}

std::string FileProbe::complaints() const {
  return run({"ffmpeg", "-v", "error", "-nostdin", "-i", path_, "-fps_mode", "vfr", "-f", "null",
              "-"})
      .complaints;
}

std::vector<Packet> FileProbe::packets() const { return packets_of(path_); }

std::vector<double> FileProbe::packet_times(const std::string& stream) const {
  std::vector<double> times;
  for (const Packet& packet : packets()) {
    if (packet.is_video == stream.starts_with('v')) times.push_back(packet.at);
  }
  return times;
}

std::vector<double> FileProbe::keyframe_times() const {
  std::vector<double> times;
  for (const Packet& packet : packets()) {
    if (packet.is_video && packet.is_keyframe) times.push_back(packet.at);
  }
  return times;
}

std::vector<FileProbe::Frame> FileProbe::frames(const std::string& part) const {
  const auto rows = rows_of(
      {"-select_streams", "v:0", "-show_entries", "frame=best_effort_timestamp_time", path_});
  // Of 4:2:0 a picture of 2x2 has four samples of Y, one of U, and one of V.
  const std::string bytes = converted(
      path_, {"-map", "0:v:0", "-fps_mode", "passthrough", "-vf",
              "crop=" + part + ",scale=2:2:flags=area", "-pix_fmt", "yuv420p", "-f", "rawvideo"});
  const double beginning = start_time();
  std::vector<Frame> frames;
  for (std::size_t i = 0; i < rows.size() && (i + 1) * 6 <= bytes.size(); ++i) {
    const auto at = [&](std::size_t index) {
      return static_cast<unsigned char>(bytes[6 * i + index]);
    };
    frames.push_back({number(rows[i].front()) - beginning, at(0), at(4), at(5)});
  }
  return frames;
}

std::array<int, 3> FileProbe::colour() const {
  const std::string bytes = converted(path_, {"-frames:v", "1", "-vf", "scale=1:1:flags=area",
                                              "-pix_fmt", "rgb24", "-f", "rawvideo"});
  std::array<int, 3> colour{};
  for (std::size_t i = 0; i < colour.size(); ++i) {
    colour[i] = static_cast<unsigned char>(bytes.at(i));
  }
  return colour;
}

std::vector<float> FileProbe::sound() const {
  const std::string bytes =
      converted(path_, {"-map", "0:a:0", "-af", "aresample=async=1:min_hard_comp=0.01:first_pts=0",
                        "-ac", "1", "-ar", std::to_string(sample_rate), "-f", "f32le"});
  std::vector<float> samples(bytes.size() / sizeof(float));
  std::memcpy(samples.data(), bytes.data(), samples.size() * sizeof(float));
  return samples;
}

std::vector<Packet> packets_of(const std::string& file_or_url, int seconds) {
  std::vector<std::string> arguments = {"-show_entries", "packet=codec_type,pts_time,flags",
                                        file_or_url};
  if (seconds > 0) {
    arguments.insert(arguments.begin(), {"-read_intervals", "%+" + std::to_string(seconds)});
  }
  std::vector<Packet> packets;
  for (const auto& row : rows_of(arguments)) {
    if (row.size() < 3 || row[1] == "N/A" || (row[0] != "video" && row[0] != "audio")) continue;
    packets.push_back({row[0] == "video", row[2].starts_with("K"), number(row[1])});
  }
  return packets;
}

bool is_monotonic(const std::vector<Packet>& packets) {
  std::array<double, 2> latest = {-1, -1};
  return std::ranges::all_of(packets, [&](const Packet& packet) {
    return packet.at > std::exchange(latest.at(packet.is_video ? 1 : 0), packet.at);
  });
}

double longest_keyframe_interval(const std::vector<Packet>& packets) {
  double longest = 0;
  std::optional<double> latest;
  for (const Packet& packet : packets) {
    if (!packet.is_video || !packet.is_keyframe) continue;
    if (latest) longest = std::max(longest, packet.at - *latest);
    latest = packet.at;
  }
  return longest;
}

std::vector<double> flashes(const std::vector<FileProbe::Frame>& frames) {
  std::vector<double> times;
  for (std::size_t i = 1; i < frames.size(); ++i) {
    if (frames[i - 1].y < 100 && frames[i].y > 150) times.push_back(frames[i].at);
  }
  return times;
}

std::vector<double> beeps(const std::vector<float>& sound) {
  std::vector<double> times;
  std::size_t silent = 0;
  for (std::size_t i = 0; i < sound.size(); ++i) {
    if (std::abs(sound[i]) < 0.1F) {
      ++silent;
      continue;
    }
    if (silent > sample_rate / 20) times.push_back(static_cast<double>(i) / sample_rate);
    silent = 0;
  }
  return times;
}

double tone_db(const std::vector<float>& sound, double from, double to, double hz) {
  const auto first = static_cast<std::size_t>(from * sample_rate);
  const auto last = std::min(static_cast<std::size_t>(to * sample_rate), sound.size());
  double real = 0;
  double imaginary = 0;
  for (std::size_t i = first; i < last; ++i) {
    const double angle = 2 * std::numbers::pi * hz * static_cast<double>(i) / sample_rate;
    real += sound[i] * std::cos(angle);
    imaginary += sound[i] * std::sin(angle);
  }
  if (last <= first) return -200;
  const double amplitude = 2 * std::hypot(real, imaginary) / static_cast<double>(last - first);
  return 20 * std::log10(std::max(amplitude, 1e-10));
}

}  // namespace tessera::test
