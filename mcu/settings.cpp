#include "mcu/settings.h"

#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "base/units.h"
#include "mcu/option_values.h"

namespace tessera::mcu {
namespace {

template <typename T>
using Place = T Options::*;

template <typename T, typename Read>
auto one(Place<T> member, Read read) {
  return [member, read](Options& options, const Setting::Values& values) {
    auto value = read(values.front());
    if (!value) return false;
    options.*member = std::move(*value);
    return true;
  };
}

// Each value once.
template <typename Element, typename Read>
auto all(Place<std::vector<Element>> member, Read read) {
  return [member, read](Options& options, const Setting::Values& values) {
    if (std::set(values.begin(), values.end()).size() < values.size()) return false;
    std::vector<Element> elements;
    for (const std::string& text : values) {
      auto element = read(text);
      if (!element) return false;
      elements.push_back(std::move(*element));
    }
    options.*member = std::move(elements);
    return true;
  };
}

struct Range {
  int lowest;
  int highest;
};

std::string text(int number) { return std::to_string(number); }
std::string text(Bitrate bitrate) { return std::to_string(bitrate.kbps); }

template <typename Number>
Setting number(const std::string& name, const std::string& unit, Place<Number> member, Range range,
               const std::string& help) {
  const auto read = [range](const std::string& value) -> std::optional<Number> {
    const auto number = number_from(value);
    if (!number || *number < range.lowest || *number > range.highest) return std::nullopt;
    return Number{*number};
  };
  const std::string allowed =
      "a whole number from " + text(range.lowest) + " to " + text(range.highest);
  return {name, unit, help, text(Options{}.*member), allowed, one(member, read)};
}

// "error, warning, info, debug or trace"
std::string any_log_level() {
  std::string all_levels;
  for (const std::string_view level : log_levels) {
    if (level == log_levels.back()) {
      all_levels += " or ";
    } else if (!all_levels.empty()) {
      all_levels += ", ";
    }
    all_levels += level;
  }
  return all_levels;
}

}  // namespace

const std::vector<SettingGroup>& setting_groups() {
  static const std::vector<SettingGroup> all_groups = {
      {"Server",
       {{"address", "IP", "address to listen at; 0.0.0.0 for all of IPv4, :: for all",
         Options{}.address,
         "an IP address, as 127.0.0.1 or ::", one(&Options::address, ip_address_from)},
        number("port", "PORT", &Options::port, {0, 65535}, "TCP port to listen at; 0: a free one"),
        {"allowed-origin", "URL",
         "web site whose pages may connect, as https://meet.example.org; may be given again. "
         "Pages of this server always may",
         "", "a web site, as https://meet.example.org, named once",
         all(&Options::allowed_origins, origin_from), true},
        number("max-rooms", "N", &Options::max_rooms, {1, 10000}, "meetings at the same time"),
        number("max-people", "N", &Options::max_people, {1, 100000},
               "participants and viewers of all meetings together"),
        number("max-participants", "N", &Options::max_participants, {2, 10000},
               "participants of one meeting")}},
      {"Picture",
       {{"canvas", "WxH", "size of the composite in pixels, even, 64 to 3840 each way", "1280x720",
         "a width and a height, as 1280x720, both even and from 64 to 3840",
         one(&Options::canvas, resolution_from)},
        number("frame-rate", "FPS", &Options::frame_rate, {1, 60},
               "frames of the composite per second"),
        number("tile-slots", "N", &Options::tile_slots, {1, 49},
               "participants seen at the same time; of more, those who spoke last"),
        {"fit", "cover|contain", "crop cameras to their tile, or show them whole", "cover",
         "cover or contain", one(&Options::fit, fit_from)},
        {"video-codecs", "LIST", "codecs to offer, the preferred one first", "VP8,H264",
         "VP8, H264 or both with a comma between", all(&Options::video_codecs, video_codec_from),
         true},
        number("video-bitrate", "KBIT/S", &Options::video_bitrate, {50, 50000},
               "of the composite, for each viewer")}},
      {"Sound",
       {number("voice-slots", "N", &Options::voice_slots, {1, 32},
               "participants heard at the same time; of more, those who speak"),
        number("audio-bitrate", "KBIT/S", &Options::audio_bitrate, {6, 510},
               "of the mix, for each listener")}},
      {"Broadcasting, recording, playing",
       {{"host-key", "KEY",
         "whoever has it may broadcast, record and play media. A new one each time, printed at the "
         "start, if none is given",
         "", "8 to 128 letters, digits, or any of . _ ~ + / = -",
         one(&Options::host_key, host_key_from), false, true},
        {"recordings", "DIR", "folder for recordings, made when it is needed", "recordings",
         "the name of a folder", one(&Options::recordings, path_from)},
        {"media", "DIR", "folder of files that may be played to meetings; none if it isn't given",
         "", "a folder that is there", one(&Options::media, folder_from)},
        number("live-bitrate", "KBIT/S", &Options::live_bitrate, {50, 50000},
               "of the picture that is broadcast or recorded as MP4"),
        number("live-audio-bitrate", "KBIT/S", &Options::live_audio_bitrate, {32, 320},
               "of its sound")}},
      {"Network",
       {{"stun-server", "URI", "server that tells the public address, as stun:host:3478", "",
         "a STUN server, as stun:host:3478", one(&Options::stun_server, stun_server_from)},
        {"turn-server", "URI",
         "relay for those whom UDP doesn't reach, as turn:user:password@host:3478?transport=tcp; "
         "may be given again. Write %2C for a comma, %3A for a colon, %25 for %, %23 for #",
         "", "a TURN server, as turn:user:password@host:3478?transport=udp, named once",
         all(&Options::turn_servers, turn_server_from), true, true},
        {"ice-address", "IP", "local address for media; may be given again. All, if none is", "",
         "an IP address, named once", all(&Options::ice_addresses, ip_address_from), true},
        {"ice-port-range", "LOW-HIGH", "UDP ports for media, as 40000-49999; 0: any", "0",
         "a range of UDP ports, as 40000-49999, or 0 for any",
         one(&Options::ice_ports, port_range_from)}}},
      {"Running",
       {{"log-level", "LEVEL", any_log_level(), "info", any_log_level(),
         one(&Options::log_level, log_level_from)},
        {"pipelines", "DIR", "folder of the pipeline descriptions; found if it isn't given", "",
         "a folder that is there", one(&Options::pipelines, folder_from)},
        {"web-client", "DIR", "folder of the web client; found if it isn't given", "",
         "a folder that is there", one(&Options::web_client, folder_from)}}},
  };
  return all_groups;
}

}  // namespace tessera::mcu
