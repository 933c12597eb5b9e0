#include "ingest/source.h"

#include <gmock/gmock.h>

#include <fstream>

#include "ingest/media_files.h"
#include "support/temporary_folder.h"

namespace tessera::ingest {
namespace {

namespace fs = std::filesystem;

// A media folder with `film.mp4` and `sub/film two.mp4`, beside a file that isn't to be had.
class FileSourceTest : public testing::Test {
 protected:
  FileSourceTest() {
    fs::create_directories(media() / "sub");
    std::ofstream(media() / "film.mp4") << "film";
    std::ofstream(media() / "sub" / "film two.mp4") << "film";
    std::ofstream(folder_.path() / "secret") << "secret";
    fs::create_directory(folder_.path() / "media-of-others");
    std::ofstream(folder_.path() / "media-of-others" / "film.mp4") << "film";
    fs::create_symlink(folder_.path() / "secret", media() / "link");
    fs::create_directory_symlink(folder_.path(), media() / "up");
    fs::create_symlink(media() / "film.mp4", media() / "film-link.mp4");
  }

  fs::path media() const { return folder_.path() / "media"; }
  std::string code_of(const std::string& address) const {
    const auto source = read_source(address, media());
    return source ? "" : source.error().code;
  }

  test::TemporaryFolder folder_;
};

TEST_F(FileSourceTest, IsNamedRelativeToTheMediaFolder) {
  for (const std::string& address :
       {std::string("film.mp4"), std::string("file:film.mp4"), std::string("sub/../film.mp4"),
        "file://" + (media() / "film.mp4").string(), std::string("film-link.mp4")}) {
    const auto source = read_source(address, media());
    ASSERT_TRUE(source) << address;
    EXPECT_EQ(source->kind, Source::Kind::file);
    EXPECT_EQ(source->display, "file:film.mp4");
    EXPECT_THAT(source->uri, testing::EndsWith("/media/film.mp4"));
    EXPECT_FALSE(source->is_live());
  }
  EXPECT_EQ(code_of("sub/film two.mp4"), "");
  EXPECT_EQ(code_of("file:sub/film%20two.mp4"), "");
}

TEST_F(FileSourceTest, LeadsNowhereOutsideOfTheMediaFolder) {
  for (const std::string& address :
       {std::string("../secret"), std::string("sub/../../secret"), std::string("file:../secret"),
        std::string("file:%2e%2e/secret"), std::string("file:..%2fsecret"),
        "file://" + (folder_.path() / "secret").string(), std::string("/etc/passwd"),
        std::string("file:///etc/passwd"), std::string("link"), std::string("up/secret"),
        std::string("../media-of-others/film.mp4"), std::string("../nothing"), std::string("."),
        std::string(""), std::string("sub"), std::string("film.mp4\n")}) {
    EXPECT_EQ(code_of(address), "invalid_source") << address;
  }
}

TEST_F(FileSourceTest, HasToBeThere) {
  EXPECT_EQ(code_of("nothing.mp4"), "source_not_found");
  EXPECT_EQ(read_source("film.mp4", folder_.path() / "nowhere").error().code, "source_not_found");
  EXPECT_EQ(read_source("film.mp4", "").error().code, "invalid_source");
}

TEST(NetworkSource, IsOfAKnownScheme) {
  const auto kind = [](const std::string& address) { return read_source(address, "")->kind; };
  EXPECT_EQ(kind("http://host/film.mp4"), Source::Kind::http);
  EXPECT_EQ(kind("HTTPS://host/live.m3u8"), Source::Kind::http);
  EXPECT_EQ(kind("rtsp://host/stream"), Source::Kind::rtsp);
  EXPECT_EQ(kind("rtsps://host/stream"), Source::Kind::rtsp);
  EXPECT_EQ(kind("rtmp://host/live/name"), Source::Kind::rtmp);
  EXPECT_EQ(kind("srt://host:9000"), Source::Kind::srt);
  for (const char* address :
       {"ftp://host/film.mp4", "data:text/plain,hello", "v4l2:///dev/video0", "udp://host:5000",
        "http:///film.mp4", "http:film.mp4", "appsrc://", "srt://:9000?mode=listener",
        "srt://host:9000?mode=rendezvous", "testbin://video,pattern=snow", "http://[::1"}) {
    const auto source = read_source(address, "");
    ASSERT_FALSE(source) << address;
    EXPECT_EQ(source.error().code, "invalid_source") << address;
  }
}

TEST(NetworkSource, KeepsItsSecretsApart) {
  const auto source = read_source("rtsp://me%40home:s%3acret@host:554/stream?token=1", "");
  ASSERT_TRUE(source);
  EXPECT_EQ(source->user, "me@home");
  EXPECT_EQ(source->password, "s:cret");
  EXPECT_EQ(source->uri, "rtsp://host:554/stream?token=1");
  EXPECT_EQ(source->display, "rtsp://host:554/stream");
  EXPECT_TRUE(source->is_live());

  const auto srt =
      read_source("srt://host:9000?streamid=a&passphrase=very%20secret&latency=80", "");
  ASSERT_TRUE(srt);
  EXPECT_EQ(srt->passphrase, "very secret");
  EXPECT_EQ(srt->uri, "srt://host:9000?streamid=a&latency=80");
  EXPECT_EQ(srt->display, "srt://host:9000");
}

}  // namespace
}  // namespace tessera::ingest
