#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/units.h"
#include "base/video_codec.h"
#include "mcu/ice_servers.h"
#include "mixer/layout.h"

namespace tessera::mcu {

// UDP ports; 0 to 0 means any.
struct PortRange {
  int lowest = 0;
  int highest = 0;

  auto operator<=>(const PortRange&) const = default;
};

// What can be set about the program. What each is, and what is allowed, stands in its --help.
struct Options {
  std::string address = "127.0.0.1";
  int port = 8080;
  std::vector<std::string> allowed_origins;
  std::filesystem::path web_client;

  int max_rooms = 100;
  int max_people = 1000;
  int max_participants = 300;

  Resolution canvas{1280, 720};
  int frame_rate = 30;
  int tile_slots = 25;
  mixer::Fit fit = mixer::Fit::cover;
  std::vector<VideoCodec> video_codecs{VideoCodec::vp8, VideoCodec::h264};
  Bitrate video_bitrate{1500};

  int voice_slots = 8;
  Bitrate audio_bitrate{48};

  std::string host_key;  // Empty: the program makes one up.
  std::filesystem::path recordings = "recordings";
  std::filesystem::path media;  // Empty: no files may be played.
  Bitrate live_bitrate{2500};
  Bitrate live_audio_bitrate{128};

  std::optional<StunServer> stun_server;
  std::vector<TurnServer> turn_servers;
  std::vector<std::string> ice_addresses;
  PortRange ice_ports;

  std::string log_level = "info";  // as set_log_level() takes it
  std::filesystem::path pipelines;
};

struct ParsedOptions {
  Options options;
  // What --help or --version asked for, to be printed instead of a start. Else empty.
  std::string text;
};

// Reads the options from the command line, from the environment (TESSERA_VIDEO_BITRATE for
// --video-bitrate) and from the file that --config names; where several set the same, the first of
// these counts. `environment` is shaped like environ.
//
// The error's message is one sentence that names the option and what is allowed. It holds no
// secret.
Result<ParsedOptions> parse_options(int argc, const char* const* argv,
                                    const char* const* environment);

}  // namespace tessera::mcu
