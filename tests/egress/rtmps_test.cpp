#include <gmock/gmock.h>

#include <fstream>

#include "egress/broadcast_fixture.h"
#include "egress/process.h"
#include "egress/rtmp_server.h"
#include "support/free_port.h"

namespace tessera::egress {
namespace {

using std::chrono::seconds;

// TLS in front of the RTMP server, with a certificate for 127.0.0.1 that nobody else has signed.
class RtmpsTest : public test::BroadcastTest {
 protected:
  RtmpsTest() {
    server_.start();
    test::Process openssl({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                           "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                           "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout",
                           path("key.pem"), "-out", certificate()});
    EXPECT_TRUE(openssl.ends_well(seconds(20))) << openssl.output();
    std::ofstream(path("nginx.conf"))
        << "load_module /usr/lib/nginx/modules/ngx_stream_module.so;\n"
           "daemon off; master_process off; error_log stderr; pid "
        << path("nginx.pid") << ";\nevents {}\nstream { server {\n  listen 127.0.0.1:" << tls_port_
        << " ssl;\n  ssl_certificate " << certificate() << ";\n  ssl_certificate_key "
        << path("key.pem") << ";\n  proxy_pass 127.0.0.1:" << server_.port() << ";\n} }\n";
    tls_ = std::make_unique<test::Process>(std::vector<std::string>{
        "nginx", "-p", folder_.path().string(), "-e", "stderr", "-c", path("nginx.conf")});
  }
  ~RtmpsTest() override { trust(nullptr); }

  static void trust(GTlsDatabase* database) {
    g_tls_backend_set_default_database(g_tls_backend_get_default(), database);
  }
  void trust_certificate() {
    const auto database =
        Ref<GTlsDatabase>::adopt(g_tls_file_database_new(certificate().c_str(), nullptr));
    ASSERT_TRUE(database);
    trust(database.get());
  }

  std::string path(const std::string& file) const { return (folder_.path() / file).string(); }
  std::string certificate() const { return path("certificate.pem"); }
  std::string url() const { return "rtmps://127.0.0.1:" + std::to_string(tls_port_) + "/live/key"; }

  test::RtmpServer server_;
  test::TemporaryFolder folder_;
  int tls_port_ = test::free_port();
  std::unique_ptr<test::Process> tls_;
};

TEST_F(RtmpsTest, SendsToAServerWithACertificateThatIsTrusted) {
  trust_certificate();
  const auto broadcast = this->broadcast(url());
  ASSERT_TRUE(broadcast->becomes(BroadcastState::live));
  test::observe(seconds(4));
  (**broadcast).stop();
  server_.kill();
  const auto files = server_.recordings("key");
  ASSERT_EQ(files.size(), 1);
  EXPECT_EQ(test::faults_of(test::FileProbe(files[0].string())), "");
}

TEST_F(RtmpsTest, SendsNothingToAServerWithACertificateThatIsNot) {
  const auto broadcast = this->broadcast(url());
  EXPECT_TRUE(broadcast->says("The server's certificate can't be verified."));
  EXPECT_TRUE(broadcast->is(BroadcastState::connecting));
  EXPECT_TRUE(server_.recordings("key").empty());
}

}  // namespace
}  // namespace tessera::egress
