#include "mcu/options.h"

#include <gio/gio.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <fstream>
#include <functional>
#include <map>
#include <set>
#include <sstream>
#include <string_view>
#include <utility>

#include "base/log.h"
#include "base/ref.h"
#include "mcu/option_values.h"

namespace tessera::mcu {
namespace {

namespace po = boost::program_options;

using Values = std::vector<std::string>;

constexpr std::string_view version = "0.1.0";  // as in CMakeLists.txt; a test compares them

// ---- Settings ----

// One option: how it is called, how it reads and what it sets.
struct Setting {
  std::string name;
  std::string placeholder;
  std::string help;
  std::string default_text;  // empty: there is none
  std::string allowed;       // completes "--name must be ..."
  // False if a value isn't allowed.
  std::function<bool(Options&, const Values&)> set;
  bool is_list = false;
  bool is_secret = false;
};

template <typename Member, typename Read>
auto one(Member Options::* member, Read read) {
  return [member, read](Options& options, const Values& values) {
    auto value = read(values.front());
    if (!value) return false;
    options.*member = std::move(*value);
    return true;
  };
}

// Each value once.
template <typename Element, typename Read>
auto all(std::vector<Element> Options::* member, Read read) {
  return [member, read](Options& options, const Values& values) {
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
Setting number(const std::string& name, const std::string& unit, Number Options::* member,
               Range range, const std::string& help) {
  const auto read = [range](const std::string& value) -> std::optional<Number> {
    const auto number = whole_number_from(value);
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

struct Group {
  std::string title;
  std::vector<Setting> settings;
};

const std::vector<Group>& groups() {
  static const std::vector<Group> all_groups = {
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
               "participants of all meetings together"),
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

po::options_description description_of(const Group& group) {
  po::options_description description(group.title, 100, 60);
  for (const Setting& setting : group.settings) {
    auto* value = po::value<std::string>()->value_name(setting.placeholder);
    if (!setting.default_text.empty()) value->default_value(setting.default_text);
    description.add_options()(setting.name.c_str(), value, setting.help.c_str());
  }
  return description;
}

// What may stand in a file.
po::options_description settings_description() {
  po::options_description description(100, 60);
  for (const Group& group : groups()) description.add(description_of(group));
  return description;
}

// What may stand on the command line.
po::options_description full_description() {
  po::options_description general("General", 100, 60);
  general.add_options()("config", po::value<std::string>()->value_name("FILE"),
                        "file with lines of name = value, and # before comments")(
      "help,h", "show this")("version", "show the version");
  po::options_description description(100, 60);
  return description.add(settings_description()).add(general);
}

std::string help() {
  std::ostringstream text;
  text << "Usage: tessera [OPTION]...\n\n"
          "Holds video meetings: each participant sends one stream and receives one,\n"
          "with everybody in the picture and everybody's voice but their own."
       << full_description()
       << "\n"
          "An option may also stand in the environment, as TESSERA_VIDEO_BITRATE for\n"
          "--video-bitrate, and in the file that --config names. The command line comes\n"
          "before the environment, and that before the file. Several values of one option\n"
          "may have commas between them.\n";
  return text.str();
}

// ---- Sources ----

struct Given {
  std::string origin;  // what the user wrote: "--port", "TESSERA_PORT" or "port in FILE"
  Values values;
};

using GivenOptions = std::map<std::string, Given>;

Error invalid(const std::string& sentence) { return {"invalid_options", sentence}; }

// The name that Boost complains of, without what came after it: that may be a secret.
std::string name_in(const po::error_with_option_name& error) {
  const std::string name = error.get_option_name();
  const auto belongs = [](char c) { return g_ascii_isalnum(c) || c == '-' || c == '_'; };
  return {name.begin(), std::ranges::find_if_not(name, belongs)};
}

// What an earlier source has set stays.
void add(const GivenOptions& source, GivenOptions& options) {
  options.insert(source.begin(), source.end());
}

Result<GivenOptions> read_command_line(int argc, const char* const* argv) {
  using namespace po::command_line_style;
  GivenOptions given;
  try {
    const po::options_description description = full_description();
    const auto parsed = po::command_line_parser(argc, argv)
                            .options(description)
                            .style(unix_style & ~allow_guessing)
                            .run();
    for (const po::option& option : parsed.options) {
      if (option.string_key.empty()) {
        return invalid("tessera takes nothing but options; --help lists them.");
      }
      // Boost takes "--port --frame-rate" for a port called --frame-rate.
      const bool is_next_option = !option.value.empty() && option.value[0].starts_with("--");
      if (is_next_option) return invalid("--" + option.string_key + " needs a value.");
      Given& known = given[option.string_key];
      known.origin = "--" + option.string_key;
      known.values.insert(known.values.end(), option.value.begin(), option.value.end());
    }
  } catch (const po::unknown_option& error) {
    return invalid(name_in(error) + " is no option of tessera; --help lists them.");
  } catch (const po::invalid_command_line_syntax& error) {
    const bool has_value = error.kind() == po::invalid_syntax::extra_parameter;
    return invalid(name_in(error) + (has_value ? " takes no value." : " needs a value."));
  } catch (const po::error_with_option_name& error) {
    return invalid(name_in(error) + " isn't written as --help says.");
  }
  return given;
}

// Ignores empty variables.
Result<GivenOptions> read_environment(const char* const* environment) {
  constexpr std::string_view prefix = "TESSERA_";
  const po::options_description settings = settings_description();
  GivenOptions given;
  for (; *environment != nullptr; ++environment) {
    const auto variable = split(*environment, '=');
    if (!variable || !variable->first.starts_with(prefix) || variable->second.empty()) continue;
    std::string name = variable->first.substr(prefix.size());
    for (char& letter : name) letter = letter == '_' ? '-' : g_ascii_tolower(letter);
    if (name != "config" && settings.find_nothrow(name, false) == nullptr) {
      return invalid(variable->first + " stands for no option of tessera; --help lists them.");
    }
    given[name] = {variable->first, {variable->second}};
  }
  return given;
}

Result<GivenOptions> read_file(const std::string& path) {
  std::ifstream file(path);
  std::error_code error;
  if (!file || std::filesystem::is_directory(path, error)) {
    return invalid("--config must name a file that can be read, not \"" + path + "\".");
  }
  GivenOptions given;
  try {
    const po::options_description settings = settings_description();
    for (const po::option& option : po::parse_config_file(file, settings).options) {
      Given& known = given[option.string_key];
      known.origin = option.string_key + " in " + path;
      known.values.insert(known.values.end(), option.value.begin(), option.value.end());
    }
  } catch (const po::unknown_option& unknown) {
    return invalid("\"" + name_in(unknown) + "\" in " + path + " is no option of tessera.");
  } catch (const po::error&) {
    // Boost's own message shows the line, which may hold a secret.
    return invalid(path + " has a line that isn't of the form name = value.");
  }
  return given;
}

// ---- All together ----

Values at_commas(const Values& values) {
  Values parts;
  for (const std::string& value : values) {
    std::istringstream list(value + ",");
    for (std::string part; std::getline(list, part, ',');) parts.push_back(part);
  }
  return parts;
}

Result<void> apply(const Setting& setting, const Given& given, Options& options) {
  if (!setting.is_list && given.values.size() > 1) {
    return invalid(given.origin + " may be given only once.");
  }
  if (setting.set(options, setting.is_list ? at_commas(given.values) : given.values)) return {};
  std::string sentence = given.origin + " must be " + setting.allowed;
  if (!setting.is_secret) sentence += ", not \"" + given.values.back() + "\"";
  return invalid(sentence + ".");
}

Result<void> find_missing_folders(Options& options) {
  std::error_code error;
  const auto executable = std::filesystem::read_symlink("/proc/self/exe", error);
  for (const auto& [member, name] : {std::pair(&Options::pipelines, "pipelines"),
                                     std::pair(&Options::web_client, "web-client")}) {
    if (!(options.*member).empty()) continue;
    const auto found = find_folder(executable, name);
    if (!found) {
      return invalid(std::string("--") + name + " must be given, as there is no folder " + name +
                     " where tessera would look for it.");
    }
    options.*member = *found;
  }
  return {};
}

Result<Options> options_from(const GivenOptions& given) {
  Options options;
  for (const Group& group : groups()) {
    for (const Setting& setting : group.settings) {
      const auto option = given.find(setting.name);
      if (option == given.end()) continue;
      if (const auto applied = apply(setting, option->second, options); !applied) {
        return applied.error();
      }
    }
  }
  if (const auto found = find_missing_folders(options); !found) return found.error();
  return options;
}

}  // namespace

Result<ParsedOptions> parse_options(int argc, const char* const* argv,
                                    const char* const* environment) {
  auto given = read_command_line(argc, argv);
  if (!given) return given.error();
  if (given->contains("help")) return ParsedOptions{{}, help()};
  if (given->contains("version"))
    return ParsedOptions{{}, "tessera " + std::string(version) + "\n"};

  const auto variables = read_environment(environment);
  if (!variables) return variables.error();
  add(*variables, *given);

  if (const auto config = given->find("config"); config != given->end()) {
    const auto file = read_file(config->second.values.back());
    if (!file) return file.error();
    add(*file, *given);
  }

  auto options = options_from(*given);
  if (!options) return options.error();
  return ParsedOptions{std::move(*options), {}};
}

std::optional<std::filesystem::path> find_folder(const std::filesystem::path& executable,
                                                 const std::string& name) {
  const auto above = executable.parent_path().parent_path();
  for (const auto& candidate :
       {above / name, above.parent_path() / name, above / "share/tessera" / name}) {
    std::error_code error;
    if (std::filesystem::is_directory(candidate, error)) return candidate;
  }
  return std::nullopt;
}

}  // namespace tessera::mcu
