#include "signalling/web_client.h"

#include <glib/gstdio.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/ref.h"

namespace tessera::signalling {
namespace {

namespace fs = std::filesystem;

class WebClientTest : public testing::Test {
 protected:
  WebClientTest() {
    const CString made(g_dir_make_tmp("tessera-web-XXXXXX", nullptr));
    top_ = made.get();
    write("page/index.html", "<h1>Tessera</h1>");
    write("page/app/main.js", "start();");
    write("page/.hidden/key.js", "secret");
    write("page/node_modules/tool/index.js", "tool");
    write("page/README.md", "# Notes");
    write("outside.html", "outside");
    write("page-2/index.html", "next door");
    fs::create_symlink(top_ / "outside.html", top_ / "page/link.html");
  }
  ~WebClientTest() override { fs::remove_all(top_); }

  void write(const std::string& path, const std::string& content) {
    fs::create_directories((top_ / path).parent_path());
    std::ofstream(top_ / path) << content;
  }

  WebClient client() const { return WebClient(top_ / "page"); }

  fs::path top_;
};

TEST_F(WebClientTest, ServesThePageAndItsParts) {
  const auto page = client().find("/");
  ASSERT_TRUE(page.has_value());
  EXPECT_EQ(page->content, "<h1>Tessera</h1>");
  EXPECT_EQ(page->content_type, "text/html; charset=utf-8");
  const auto script = client().find("/app/main.js");
  ASSERT_TRUE(script.has_value());
  EXPECT_EQ(script->content, "start();");
  EXPECT_EQ(script->content_type, "text/javascript; charset=utf-8");
}

TEST_F(WebClientTest, TheTagChangesWithTheContent) {
  const std::string before = client().find("/app/main.js")->etag;
  EXPECT_EQ(client().find("/app/main.js")->etag, before);
  write("page/app/main.js", "stop();");
  EXPECT_NE(client().find("/app/main.js")->etag, before);
}

TEST_F(WebClientTest, ServesNothingElse) {
  for (const std::string path :
       {"", "index.html", "/nothing.html", "/app", "/app/", "/README.md", "/.hidden/key.js",
        "/node_modules/tool/index.js", "/../outside.html", "/app/../../outside.html",
        "/../page-2/index.html", "//etc/passwd", "/link.html", "/app/./../.hidden/key.js"}) {
    EXPECT_FALSE(client().find(path).has_value()) << path;
  }
  EXPECT_FALSE(client().find(std::string("/index.html\0.js", 15)).has_value());
  EXPECT_FALSE(client().find("/" + (top_ / "outside.html").string()).has_value());
}

}  // namespace
}  // namespace tessera::signalling
