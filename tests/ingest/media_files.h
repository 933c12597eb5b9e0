#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace tessera::ingest {

// One second of a file for tests.
struct Second {
  std::uint32_t rgb = 0;
  double hz = 0;  // 0: silence.
};

inline constexpr std::uint32_t red = 0xc80000;
inline constexpr std::uint32_t green = 0x00c800;
inline constexpr std::uint32_t blue = 0x0000c8;
inline constexpr std::uint32_t white = 0xffffff;
inline constexpr std::uint32_t black = 0;

// A new tone each second, as a new colour.
inline const std::vector<Second> four_seconds = {
    {red, 440}, {green, 880}, {blue, 1320}, {white, 1760}};

struct FileForm {
  bool has_video = true;
  bool has_audio = true;
  int width = 320;
  int height = 180;
};

// Encoded in place, at 30 pictures a second with a keyframe in each. MP4 is H.264 and AAC, WebM VP8
// and Opus, TS as MP4.
enum class Container { mp4, webm, ts };

// The text of a pipeline that makes such media and hands it to `sink`.
std::string media_text(Container container, const std::vector<Second>& seconds,
                       const FileForm& form, const std::string& sink);

std::filesystem::path make_file(const std::filesystem::path& file, Container container,
                                const std::vector<Second>& seconds, const FileForm& form = {});

// Runs a pipeline to its end.
void run_to_end(const std::string& text);

}  // namespace tessera::ingest
