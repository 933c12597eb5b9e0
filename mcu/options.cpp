#include "mcu/options.h"

#include <glib.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <fstream>
#include <map>
#include <sstream>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "mcu/folders.h"
#include "mcu/settings.h"

namespace tessera::mcu {
namespace {

namespace po = boost::program_options;

using Values = Setting::Values;

constexpr std::string_view version = "0.1.0";  // as in CMakeLists.txt; a test compares them

po::options_description description_of(const SettingGroup& group) {
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
  for (const SettingGroup& group : setting_groups()) description.add(description_of(group));
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
    std::string name(variable->first.substr(prefix.size()));
    for (char& letter : name) letter = letter == '_' ? '-' : g_ascii_tolower(letter);
    if (name != "config" && settings.find_nothrow(name, false) == nullptr) {
      return invalid(std::string(variable->first) +
                     " stands for no option of tessera; --help lists them.");
    }
    given[name] = {std::string(variable->first), {std::string(variable->second)}};
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

std::string without_spaces_around(const std::string& text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

Values at_commas(const Values& values) {
  Values parts;
  for (const std::string& value : values) {
    std::istringstream list(value + ",");
    for (std::string part; std::getline(list, part, ',');) {
      parts.push_back(without_spaces_around(part));
    }
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
  for (const SettingGroup& group : setting_groups()) {
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

}  // namespace tessera::mcu
