#include "egress/hls.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "egress/composite.h"
#include "egress/file_probe.h"
#include "support/temporary_folder.h"
#include "support/wait.h"

namespace tessera::egress {
namespace {

using std::chrono::seconds;
using test::Composite;
using test::FileProbe;
using test::wait_until;
using testing::IsSubsetOf;

// Of the segment of that name.
int number_in(const std::string& name) { return std::stoi(name.substr(name.rfind('-') + 1)); }

class HlsTest : public testing::Test {
 protected:
  HlsTest()
      : composite_(Composite::Encoding::h264_aac),
        hls_(*Hls::start(composite_.picture(), composite_.sound(), test::descriptions())) {}

  // What the playlist lists, in order.
  std::vector<std::string> segments() const {
    const auto playlist = hls_->find("index.m3u8");
    if (!playlist) return {};
    std::ifstream file(playlist->path);
    std::vector<std::string> segments;
    for (std::string line; std::getline(file, line);) {
      if (!line.empty() && line.front() != '#') segments.push_back(line);
    }
    return segments;
  }

  Composite composite_;
  std::unique_ptr<Hls> hls_;
};

TEST_F(HlsTest, IsAPlaylistOfSegmentsThatOthersPlay) {
  ASSERT_TRUE(wait_until([&] { return segments().size() == 3; }, seconds(15)));
  const auto playlist = hls_->find("index.m3u8");
  EXPECT_STREQ(playlist->content_type, "application/vnd.apple.mpegurl");
  EXPECT_FALSE(playlist->may_be_cached);
  const FileProbe whole(playlist->path);
  EXPECT_THAT(whole.codecs(), testing::UnorderedElementsAre("h264", "aac"));

  for (const std::string& name : segments()) {
    const auto segment = hls_->find(name);
    ASSERT_TRUE(segment) << name;
    EXPECT_STREQ(segment->content_type, "video/mp2t");
    EXPECT_TRUE(segment->may_be_cached);
    const FileProbe file(segment->path);
    EXPECT_EQ(file.complaints(), "");
    // The encoder's first flash comes in between, with a keyframe of its own.
    const bool is_first = name == segments().front();
    EXPECT_NEAR(file.duration(), is_first ? 1.5 : 2, is_first ? 0.6 : 0.1);
    EXPECT_NEAR(file.keyframe_times().front(), file.packet_times("v:0").front(), 0.001);
  }
}

TEST_F(HlsTest, KeepsTheLatestSegmentsOnly) {
  ASSERT_TRUE(wait_until([&] { return !segments().empty(); }));
  const std::string first = segments().front();
  ASSERT_TRUE(wait_until(
      [&] {
        const std::vector<std::string> listed = segments();
        return listed.size() == 6 && number_in(listed.front()) >= 6;
      },
      seconds(40)));
  EXPECT_FALSE(hls_->find(first));
  EXPECT_TRUE(hls_->find(segments().front()));
  EXPECT_LE(test::names_in(hls_->folder()).size(), 12U);
}

TEST_F(HlsTest, FindsNoSegmentBeforeItIsWhole) {
  ASSERT_TRUE(wait_until([&] { return !segments().empty(); }));
  std::string newest;
  ASSERT_TRUE(wait_until([&] {
    newest = test::names_in(hls_->folder()).back();
    return newest > segments().back();
  }));
  if (hls_->find(newest)) {
    EXPECT_THAT(segments(), testing::Contains(newest));
  }
  EXPECT_TRUE(wait_until([&] { return hls_->find(newest).has_value(); }));
}

TEST_F(HlsTest, FindsSegmentsForAWhileAfterTheyLeftThePlaylist) {
  ASSERT_TRUE(wait_until([&] { return !segments().empty(); }));
  const std::string first = segments().front();
  const auto is_listed = [&] {
    const std::vector<std::string> listed = segments();
    return std::ranges::find(listed, first) != listed.end();
  };
  ASSERT_TRUE(wait_until([&] { return !is_listed(); }, seconds(25)));
  EXPECT_TRUE(hls_->find(first));
}

TEST_F(HlsTest, GivesItsSegmentsNamesThatNoOtherHas) {
  ASSERT_TRUE(wait_until([&] { return !segments().empty(); }));
  const std::string earlier = segments().front();
  hls_ = *Hls::start(composite_.picture(), composite_.sound(), test::descriptions());
  ASSERT_TRUE(wait_until([&] { return !segments().empty(); }));
  EXPECT_EQ(number_in(segments().front()), number_in(earlier));
  EXPECT_NE(segments().front(), earlier);
  EXPECT_FALSE(hls_->find(earlier));
}

TEST_F(HlsTest, FindsOnlyWhatItMade) {
  ASSERT_TRUE(wait_until([&] { return !segments().empty(); }));
  const std::string segment = segments().front();
  const std::string beginning = segment.substr(0, segment.rfind('-') + 1);
  std::ofstream(hls_->folder() / "secret.ts") << "x";
  std::filesystem::create_symlink("/etc/passwd", hls_->folder() / (beginning + "00000.t"));
  EXPECT_TRUE(hls_->find(segment));
  for (const std::string& name : std::vector<std::string>{
           "", ".", "..", "/", "../../etc/passwd", "/etc/passwd", "secret.ts", "segment.ts",
           "segment00000.ts", "segment/../index.m3u8", "./index.m3u8", "index.m3u8/",
           segment + "/..", beginning + ".ts", beginning + "-1.ts", beginning + "0.ts",
           beginning + "00000.t", beginning + "99999.ts"}) {
    EXPECT_FALSE(hls_->find(name)) << name;
  }
  EXPECT_FALSE(hls_->find(std::string_view("index.m3u8\0", 11)));
}

TEST_F(HlsTest, LeavesNothingBehind) {
  ASSERT_TRUE(wait_until([&] { return !segments().empty(); }));
  const std::filesystem::path folder = hls_->folder();
  EXPECT_EQ(std::filesystem::status(folder).permissions(), std::filesystem::perms::owner_all);
  hls_.reset();
  EXPECT_TRUE(wait_until([&] { return !std::filesystem::exists(folder); }));
}

TEST_F(HlsTest, EndsBeforeItsFirstPictureToo) {
  // A stop that comes right after the start hung once in a hundred times.
  for (int i = 0; i < 20; ++i) {
    std::vector<std::filesystem::path> folders;
    for (int k = 0; k < 20; ++k) {
      auto unfed = Hls::start(composite_.picture(), composite_.sound(), test::descriptions());
      ASSERT_TRUE(unfed);
      (*unfed)->starve();
      folders.push_back((*unfed)->folder());
    }
    const auto exists = [](const auto& folder) { return std::filesystem::exists(folder); };
    ASSERT_TRUE(wait_until([&] { return std::ranges::none_of(folders, exists); }));
  }
}

TEST_F(HlsTest, GoesOnWhenItsEncodersAreReplaced) {
  ASSERT_TRUE(wait_until([&] { return !segments().empty(); }));
  Composite other(Composite::Encoding::h264_main_aac);
  hls_->feed(other.picture(), other.sound());
  const std::size_t before = segments().size();
  ASSERT_TRUE(wait_until([&] { return segments().size() >= before + 2; }));
  EXPECT_EQ(FileProbe(hls_->find(segments().back())->path).complaints(), "");
}

}  // namespace
}  // namespace tessera::egress
