#pragma once

#include <functional>
#include <string>
#include <vector>

#include "mcu/options.h"

namespace tessera::mcu {

// One option: how it is called, how it reads and what it sets.
struct Setting {
  using Values = std::vector<std::string>;

  std::string name;
  std::string placeholder;
  std::string help;
  std::string default_text;  // Empty: there is none.
  std::string allowed;       // Completes "--name must be ...".
  // False if a value isn't allowed.
  std::function<bool(Options&, const Values&)> set;
  bool is_list = false;
  bool is_secret = false;
};

struct SettingGroup {
  std::string title;
  std::vector<Setting> settings;
};

// All options, in the order of --help.
const std::vector<SettingGroup>& setting_groups();

}  // namespace tessera::mcu
