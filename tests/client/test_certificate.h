// Throw-away certificates for tests of connections.
#ifndef TESTS_CLIENT_TEST_CERTIFICATE_H_
#define TESTS_CLIENT_TEST_CERTIFICATE_H_

#include <string>

namespace maillage::client {

struct TestCertificate {
  std::string certificate_pem;
  std::string key_pem;
};

// A new self-signed certificate with a P-256 key.
TestCertificate NewTestCertificate();

}  // namespace maillage::client

#endif  // TESTS_CLIENT_TEST_CERTIFICATE_H_
