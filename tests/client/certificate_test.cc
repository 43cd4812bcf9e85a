#include "client/certificate.h"

#include <gtest/gtest.h>

#include "client/base/encoding.h"
#include "client/base/error.h"
#include "tests/client/test_certificate.h"

namespace maillage::client {
namespace {

// Made and hashed with the openssl command.
constexpr char kCertificate[] = R"(-----BEGIN CERTIFICATE-----
MIIBOjCB7aADAgECAhQz07bIyh6r/zkgkQu0iQnyFx9OGDAFBgMrZXAwEzERMA8G
A1UEAwwIbWFpbGxhZ2UwHhcNMjYxMTIzMTgzMDMwWhcNMzYxMTIwMTgzMDMwWjAT
MREwDwYDVQQDDAhtYWlsbGFnZTAqMAUGAytlcAMhABi2rj//4H1cgaCVaR1cyszi
6aeLnQebmqneQ6NfLU6To1MwUTAdBgNVHQ4EFgQUiT4XBqNqENOnoNLO/eDu2VPv
fw8wHwYDVR0jBBgwFoAUiT4XBqNqENOnoNLO/eDu2VPvfw8wDwYDVR0TAQH/BAUw
AwEB/zAFBgMrZXADQQDFZQwiY3+isfZz42kr+ACVEvz2VnYguKwJ1AMa5nQ2SYF4
Z2V2xkXuyuZa7yvph8Xk+Ll71ScyztgQ32EqyRkD
-----END CERTIFICATE-----
)";

TEST(CertificateHash, IsWhatOpensslPrintsForTheDer) {
  const auto hash = CertificateHash(kCertificate);
  ASSERT_TRUE(hash.ok()) << hash.status();
  EXPECT_EQ(HexEncode(*hash), "4a859e7a89d1c8999d36b7ca795f5d15d11b5c05e52b74d35add60f0954bd486");
}

TEST(CertificateHash, RefusesWhatIsNoCertificate) {
  for (const char* text : {"", "hello", "-----BEGIN CERTIFICATE-----\nAAAA\n"}) {
    EXPECT_EQ(ErrorReason(CertificateHash(text).status()), "BAD_CERTIFICATE") << text;
  }
}

TEST(CheckKeyPair, AcceptsAPairAndNamesWhatIsWrongElse) {
  const TestCertificate one = NewTestCertificate();
  const TestCertificate two = NewTestCertificate();
  EXPECT_TRUE(CheckKeyPair(one.certificate_pem, one.key_pem).ok());
  EXPECT_EQ(ErrorReason(CheckKeyPair(one.certificate_pem, two.key_pem)), "KEY_MISMATCH");
  EXPECT_EQ(ErrorReason(CheckKeyPair(one.certificate_pem, "no key")), "BAD_KEY");
  EXPECT_EQ(ErrorReason(CheckKeyPair(one.key_pem, one.key_pem)), "BAD_CERTIFICATE");
}

}  // namespace
}  // namespace maillage::client
