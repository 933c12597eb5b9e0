#include "mcu/folders.h"

#include <gtest/gtest.h>

#include "support/temporary_folder.h"

namespace tessera::mcu {
namespace {

TEST(FindFolder, LooksWhereASourceTreeOrAnInstallationHasIt) {
  const test::TemporaryFolder folder;
  const std::filesystem::path& root = folder.path();
  std::filesystem::create_directories(root / "source/pipelines");
  std::filesystem::create_directories(root / "usr/share/tessera/pipelines");
  EXPECT_EQ(find_folder(root / "source/build/tessera", "pipelines"), root / "source/pipelines");
  EXPECT_EQ(find_folder(root / "source/build/asan/tessera", "pipelines"),
            root / "source/pipelines");
  EXPECT_EQ(find_folder(root / "usr/bin/tessera", "pipelines"),
            root / "usr/share/tessera/pipelines");
  EXPECT_EQ(find_folder(root / "usr/bin/tessera", "web-client"), std::nullopt);
}

}  // namespace
}  // namespace tessera::mcu
