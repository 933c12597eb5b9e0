#include "signalling/web_client.h"

#include <glib/gstdio.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>

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

  static std::string text(const WebFile& file) {
    gsize size = 0;
    const void* bytes = g_bytes_get_data(file.content.get(), &size);
    return {static_cast<const char*>(bytes), size};
  }

  fs::path top_;
};

TEST_F(WebClientTest, ServesThePageAndItsParts) {
  const auto page = client().find("/");
  ASSERT_TRUE(page.has_value());
  EXPECT_EQ(text(*page), "<h1>Tessera</h1>");
  EXPECT_EQ(page->content_type, "text/html; charset=utf-8");
  const auto script = client().find("/app/main.js");
  ASSERT_TRUE(script.has_value());
  EXPECT_EQ(text(*script), "start();");
  EXPECT_EQ(script->content_type, "text/javascript; charset=utf-8");
}

TEST_F(WebClientTest, TheTagChangesWithTheContent) {
  const std::string before = client().find("/app/main.js")->etag;
  EXPECT_EQ(client().find("/app/main.js")->etag, before);
  write("page/app/main.js", "stop();");
  EXPECT_NE(client().find("/app/main.js")->etag, before);
}

TEST_F(WebClientTest, ReadsAFileOnceAndAgainWhenItWasChanged) {
  WebClient web_client = client();
  const WebFile first = *web_client.find("/app/main.js");
  EXPECT_EQ(web_client.find("/app/main.js")->content.get(), first.content.get());

  const fs::path file = top_ / "page/app/main.js";
  const auto modified = fs::last_write_time(file);
  write("page/app/main.js", "start2();");
  fs::last_write_time(file, modified);
  const WebFile longer = *web_client.find("/app/main.js");
  EXPECT_EQ(text(longer), "start2();");
  EXPECT_NE(longer.etag, first.etag);

  write("page/app/main.js", "start3();");
  fs::last_write_time(file, modified + std::chrono::seconds(1));
  EXPECT_EQ(text(*web_client.find("/app/main.js")), "start3();");
  EXPECT_EQ(text(first), "start();");

  fs::remove(file);
  EXPECT_FALSE(web_client.find("/app/main.js").has_value());
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
