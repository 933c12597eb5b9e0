#include "mcu/folders.h"

#include <system_error>

namespace tessera::mcu {

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
