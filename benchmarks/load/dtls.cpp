#include "load/dtls.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <array>
#include <stdexcept>
#include <utility>

namespace tessera::bench {
namespace {

constexpr int largest_packet = 1200;
constexpr std::size_t key_size = 16;
constexpr std::size_t salt_size = 14;

// What all connections of this process share.
struct Identity {
  std::unique_ptr<EVP_PKEY, FreeWith<EVP_PKEY_free>> key;
  std::unique_ptr<X509, FreeWith<X509_free>> certificate;
  std::unique_ptr<SSL_CTX, FreeWith<SSL_CTX_free>> context;
  std::string fingerprint;
};

std::string fingerprint_of(X509* certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest = {};
  unsigned size = 0;
  X509_digest(certificate, EVP_sha256(), digest.data(), &size);
  std::string text;
  for (unsigned i = 0; i < size; ++i) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    if (i > 0) text += ':';
    text += digits[digest[i] >> 4U];
    text += digits[digest[i] & 15U];
  }
  return text;
}

Identity make_identity() {
  Identity made;
  made.key.reset(EVP_EC_gen("P-256"));
  made.certificate.reset(X509_new());
  X509* certificate = made.certificate.get();
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -24L * 3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 30L * 24 * 3600);
  X509_set_pubkey(certificate, made.key.get());
  X509_NAME* name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("tessera-bench"), -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  X509_sign(certificate, made.key.get(), EVP_sha256());

  made.context.reset(SSL_CTX_new(DTLS_method()));
  SSL_CTX* context = made.context.get();
  SSL_CTX_use_certificate(context, certificate);
  SSL_CTX_use_PrivateKey(context, made.key.get());
  // Certificates are self-signed in WebRTC; their fingerprints tell who is who.
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
                     [](int, X509_STORE_CTX*) { return 1; });
  SSL_CTX_set_options(context, SSL_OP_NO_QUERY_MTU);
  if (SSL_CTX_set_tlsext_use_srtp(context, "SRTP_AES128_CM_SHA1_80") != 0) {
    throw std::runtime_error("OpenSSL has no SRTP.");
  }
  made.fingerprint = fingerprint_of(certificate);
  return made;
}

const Identity& identity() {
  static const Identity made = make_identity();
  return made;
}

}  // namespace

Dtls::Dtls(Role role, std::function<void(Bytes)> send)
    : role_(role), send_(std::move(send)), ssl_(SSL_new(identity().context.get())) {
  SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  DTLS_set_link_mtu(ssl_.get(), largest_packet);
  if (role_ == Role::client) {
    SSL_set_connect_state(ssl_.get());
  } else {
    SSL_set_accept_state(ssl_.get());
  }
}

void Dtls::start() {
  if (role_ == Role::client) proceed();
}

void Dtls::take(Bytes packet) {
  BIO_write(SSL_get_rbio(ssl_.get()), packet.data(), static_cast<int>(packet.size()));
  proceed();
}

void Dtls::retransmit() {
  if (!keys_ && DTLSv1_handle_timeout(ssl_.get()) > 0) proceed();
}

void Dtls::proceed() {
  if (SSL_is_init_finished(ssl_.get()) == 0) {
    SSL_do_handshake(ssl_.get());
  } else {
    char ignored = 0;  // Nobody sends application data; this reads a repeated last flight.
    SSL_read(ssl_.get(), &ignored, 1);
  }
  std::array<std::uint8_t, 16384> flight = {};
  const int size =
      BIO_read(SSL_get_wbio(ssl_.get()), flight.data(), static_cast<int>(flight.size()));
  if (size > 0) send_({flight.data(), static_cast<std::size_t>(size)});
  if (keys_ || SSL_is_init_finished(ssl_.get()) == 0) return;

  // RFC 5764, section 4.2: client key, server key, client salt, server salt.
  std::array<std::uint8_t, 2 * (key_size + salt_size)> material = {};
  constexpr std::string_view label = "EXTRACTOR-dtls_srtp";
  SSL_export_keying_material(ssl_.get(), material.data(), material.size(), label.data(),
                             label.size(), nullptr, 0, 0);
  const auto keys_of = [&](std::size_t end) {
    const auto* key = material.data() + end * key_size;
    const auto* salt = material.data() + 2 * key_size + end * salt_size;
    std::vector<std::uint8_t> keys(key, key + key_size);
    keys.insert(keys.end(), salt, salt + salt_size);
    return keys;
  };
  const std::size_t own = role_ == Role::client ? 0 : 1;
  keys_ = Keys{keys_of(own), keys_of(1 - own)};
}

std::string Dtls::peer_fingerprint() const {
  const std::unique_ptr<X509, FreeWith<X509_free>> certificate(
      SSL_get1_peer_certificate(ssl_.get()));
  return certificate ? fingerprint_of(certificate.get()) : "";
}

const std::string& Dtls::fingerprint() { return identity().fingerprint; }

}  // namespace tessera::bench
