#include "egress/target.h"

#include <gmock/gmock.h>

namespace tessera::egress {
namespace {

using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::Not;

struct Rtmp {
  const char* url;
  bool has_tls;
  const char* host;
  int port;
  const char* application;
  const char* stream;
  const char* display;
};

class RtmpTargetTest : public testing::TestWithParam<Rtmp> {};

TEST_P(RtmpTargetTest, IsReadAndShownWithoutItsKey) {
  const auto target = Target::parse(GetParam().url);
  ASSERT_TRUE(target) << target.error().message;
  ASSERT_TRUE(target->rtmp());
  EXPECT_EQ(target->rtmp()->has_tls, GetParam().has_tls);
  EXPECT_EQ(target->rtmp()->host, GetParam().host);
  EXPECT_EQ(target->rtmp()->port, GetParam().port);
  EXPECT_EQ(target->rtmp()->application, GetParam().application);
  EXPECT_EQ(target->rtmp()->stream, GetParam().stream);
  EXPECT_EQ(target->display(), GetParam().display);
}

INSTANTIATE_TEST_SUITE_P(
    Url, RtmpTargetTest,
    testing::Values(Rtmp{"rtmp://a.example/live2/k-e-y", false, "a.example", 1935, "live2", "k-e-y",
                         "rtmp://a.example/live2/…"},
                    Rtmp{"rtmps://a.example/app/key", true, "a.example", 443, "app", "key",
                         "rtmps://a.example/app/…"},
                    Rtmp{"rtmps://a.example:1936/app/key", true, "a.example", 1936, "app", "key",
                         "rtmps://a.example:1936/app/…"},
                    Rtmp{"RTMP://a.example/app/key", false, "a.example", 1935, "app", "key",
                         "rtmp://a.example/app/…"},
                    Rtmp{"rtmp://a.example/app/instance/key", false, "a.example", 1935,
                         "app/instance", "key", "rtmp://a.example/app/instance/…"},
                    Rtmp{"rtmp://a.example/app/key?token=a/b&c=%20", false, "a.example", 1935,
                         "app", "key?token=a/b&c=%20", "rtmp://a.example/app/…"},
                    Rtmp{"rtmp://a.example/app/key#1", false, "a.example", 1935, "app", "key#1",
                         "rtmp://a.example/app/…"},
                    Rtmp{"rtmp://[::1]:1936/app/key", false, "::1", 1936, "app", "key",
                         "rtmp://[::1]:1936/app/…"},
                    Rtmp{"rtmp://joe:se%20cret@a.example/app/key", false, "a.example", 1935, "app",
                         "key", "rtmp://a.example/app/…"}));

TEST(RtmpTarget, HasUserAndPassword) {
  const auto target = Target::parse("rtmp://joe:se%20cret@a.example/app/key");
  EXPECT_EQ(target->rtmp()->user, "joe");
  EXPECT_EQ(target->rtmp()->password, "se cret");
}

TEST(RtmpTarget, NamesAllFormsOfItsSecrets) {
  EXPECT_THAT(Target::parse("rtmp://joe:se%20cret@a.example/app/k%2Fy?x=1")->secrets(),
              IsSupersetOf({"k%2Fy?x=1", "k/y?x=1", "k%2Fy", "k/y", "se cret"}));
}

TEST(SrtTarget, CallsOrListens) {
  const auto caller = Target::parse(
      "srt://a.example:9000?streamid=%23!::r=room,m=publish&passphrase=long%20enough&pbkeylen=32"
      "&latency=200");
  ASSERT_TRUE(caller) << caller.error().message;
  EXPECT_FALSE(caller->srt()->listens);
  EXPECT_EQ(caller->srt()->host, "a.example");
  EXPECT_EQ(caller->srt()->port, 9000);
  EXPECT_EQ(caller->srt()->stream_id, "#!::r=room,m=publish");
  EXPECT_EQ(caller->srt()->passphrase, "long enough");
  EXPECT_EQ(caller->srt()->key_length, 32);
  EXPECT_EQ(caller->srt()->latency_ms, 200);
  EXPECT_EQ(caller->display(), "srt://a.example:9000");
  EXPECT_THAT(caller->secrets(), IsSupersetOf({"#!::r=room,m=publish", "long enough"}));

  const auto listener = Target::parse("srt://:9000?mode=listener");
  ASSERT_TRUE(listener) << listener.error().message;
  EXPECT_TRUE(listener->srt()->listens);
  EXPECT_EQ(listener->srt()->host, "");
  EXPECT_EQ(listener->display(), "srt://:9000?mode=listener");
  EXPECT_EQ(Target::parse("srt://127.0.0.1:9000?mode=listener")->srt()->host, "127.0.0.1");
}

class InvalidTargetTest : public testing::TestWithParam<const char*> {};

TEST_P(InvalidTargetTest, IsRefusedWithoutQuotingIt) {
  const auto target = Target::parse(GetParam());
  ASSERT_FALSE(target);
  EXPECT_EQ(target.error().code, "invalid_target");
  EXPECT_THAT(target.error().message, Not(HasSubstr("secret")));
  EXPECT_TRUE(target.error().message.ends_with(".")) << target.error().message;
}

INSTANTIATE_TEST_SUITE_P(
    Url, InvalidTargetTest,
    testing::Values("", "secret", "http://a.example/app/secret", "rtmp://a.example",
                    "rtmp://a.example/", "rtmp://a.example/secret", "rtmp://a.example/secret/",
                    "rtmp:///app/secret", "rtmp://a.example:0/app/secret",
                    "rtmp://a.example:99999/app/secret", "rtmp://a b/app/secret",
                    "rtmp://a.example/app/secret\n", "rtmp://joe:secret%@a.example/app/secret",
                    "srt://a.example", "srt://a.example:0", "srt://:9000",
                    "srt://a.example:9000?streamid=#secret", "srt://a.example:9000?secret",
                    "srt://a.example:9000?streamid=secret%", "srt://a.example:9000?mode=secret",
                    "srt://a.example:9000?passphrase=secret", "srt://a.example:9000?pbkeylen=17",
                    "srt://a.example:9000?latency=-1", "srt://a.example:9000?latency=1secret",
                    "srt://a.example:9000?secret=1"));

}  // namespace
}  // namespace tessera::egress
