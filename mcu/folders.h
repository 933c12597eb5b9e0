#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace tessera::mcu {

// Where a folder that belongs to the program is: one or two above the executable's, as in a source
// tree with its builds in build/ or build/asan/, or in share/tessera, as installed.
std::optional<std::filesystem::path> find_folder(const std::filesystem::path& executable,
                                                 const std::string& name);

}  // namespace tessera::mcu
