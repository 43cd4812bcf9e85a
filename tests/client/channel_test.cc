#include "client/channel.h"

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/security/tls_credentials_options.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "client/base/encoding.h"
#include "client/base/error.h"
#include "client/call.h"
#include "client/certificate.h"
#include "maillage/v1/node_service.grpc.pb.h"
#include "tests/client/test_certificate.h"

namespace maillage::client {
namespace {

// Answers with the certificate that the caller has shown, if any.
class EchoNode : public v1::NodeService::Service {
 public:
  grpc::Status GetNodeStatus(grpc::ServerContext* context, const v1::GetNodeStatusRequest*,
                             v1::NodeStatus* status) override {
    for (const auto& pem : context->auth_context()->FindPropertyValues("x509_pem_cert")) {
      status->set_tls_certificate_hash(HexEncode(*CertificateHash({pem.data(), pem.size()})));
    }
    return grpc::Status::OK;
  }
};

std::shared_ptr<grpc::ServerCredentials> ServerCredentials(const TestCertificate& own) {
  namespace tls = grpc::experimental;
  tls::TlsServerCredentialsOptions options(std::make_shared<tls::StaticDataCertificateProvider>(
      own.certificate_pem,
      std::vector<tls::IdentityKeyCertPair>{{own.key_pem, own.certificate_pem}}));
  options.watch_root_certs();
  options.watch_identity_key_cert_pairs();
  options.set_cert_request_type(GRPC_SSL_REQUEST_CLIENT_CERTIFICATE_BUT_DONT_VERIFY);
  return tls::TlsServerCredentials(options);
}

class PinnedChannelTest : public testing::Test {
 protected:
  PinnedChannelTest() {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", ServerCredentials(node_), &port_);
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
  }
  TlsOptions Options(const std::string& pinned_pem) const {
    return {.address = absl::StrCat("127.0.0.1:", port_),
            .certificate_pem = own_.certificate_pem,
            .key_pem = own_.key_pem,
            .pins = {*CertificateHash(pinned_pem)}};
  }
  absl::StatusOr<v1::NodeStatus> Ask(const TlsOptions& options) const {
    auto channel = PinnedChannel(options);
    if (!channel.ok()) return channel.status();
    const auto stub = v1::NodeService::NewStub(*channel);
    return Call(stub.get(), &v1::NodeService::Stub::GetNodeStatus, v1::GetNodeStatusRequest());
  }

  const TestCertificate node_ = NewTestCertificate();
  const TestCertificate own_ = NewTestCertificate();
  EchoNode service_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

TEST_F(PinnedChannelTest, ReachesTheNodeWithThePinnedCertificateAndShowsItsOwn) {
  const auto status = Ask(Options(node_.certificate_pem));
  ASSERT_TRUE(status.ok()) << status.status();
  EXPECT_EQ(status->tls_certificate_hash(), HexEncode(*CertificateHash(own_.certificate_pem)));
}

TEST_F(PinnedChannelTest, AcceptsAnyOfSeveralPins) {
  TlsOptions options = Options(own_.certificate_pem);
  options.pins.push_back(*CertificateHash(node_.certificate_pem));
  EXPECT_TRUE(Ask(options).ok());
}

TEST_F(PinnedChannelTest, RefusesANodeWithAnotherCertificate) {
  const auto status = Ask(Options(own_.certificate_pem));
  EXPECT_EQ(status.status().code(), absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(ErrorReason(status.status()), "WRONG_CERTIFICATE") << status.status();
}

TEST_F(PinnedChannelTest, SaysInWordsThatNobodyAnswers) {
  server_->Shutdown();
  server_.reset();
  const auto status = Ask(Options(node_.certificate_pem));
  EXPECT_EQ(ErrorReason(status.status()), "NODE_UNREACHABLE") << status.status();
}

TEST_F(PinnedChannelTest, RefusesBadOptionsBeforeDialling) {
  const TlsOptions good = Options(node_.certificate_pem);
  struct Case {
    const char* reason;
    TlsOptions options;
  };
  std::vector<Case> cases;
  for (const char* address : {"", "host", "host:", ":7000", "host:0", "host:70000", "host:x"}) {
    cases.push_back({"BAD_ADDRESS", good});
    cases.back().options.address = address;
  }
  cases.push_back({"BAD_PIN", good});
  cases.back().options.pins.clear();
  cases.push_back({"BAD_PIN", good});
  cases.back().options.pins = {"short"};
  cases.push_back({"KEY_MISMATCH", good});
  cases.back().options.key_pem = node_.key_pem;
  for (const Case& c : cases) {
    EXPECT_EQ(ErrorReason(PinnedChannel(c.options).status()), c.reason) << c.options.address;
  }
}

TEST(AdminChannel, ReachesANodeByItsSocket) {
  const std::string path = absl::StrCat(testing::TempDir(), "/channel_test.", getpid());
  EchoNode service;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("unix:" + path, grpc::InsecureServerCredentials());
  builder.RegisterService(&service);
  const auto server = builder.BuildAndStart();
  const auto stub = v1::NodeService::NewStub(AdminChannel(path));
  EXPECT_TRUE(
      Call(stub.get(), &v1::NodeService::Stub::GetNodeStatus, v1::GetNodeStatusRequest()).ok());
}

TEST_F(PinnedChannelTest, SaysInWordsThatTheNodeHasNoSuchCall) {
  const auto channel = PinnedChannel(Options(node_.certificate_pem));
  const auto stub = v1::NodeService::NewStub(*channel);
  const auto status =
      Call(stub.get(), &v1::NodeService::Stub::ListOperators, v1::ListOperatorsRequest());
  EXPECT_EQ(ErrorReason(status.status()), "UNKNOWN_METHOD") << status.status();
}

TEST(AdminChannel, SaysInWordsThatThereIsNoNode) {
  const auto stub = v1::NodeService::NewStub(AdminChannel("/nonexistent/admin.sock"));
  const auto status =
      Call(stub.get(), &v1::NodeService::Stub::GetNodeStatus, v1::GetNodeStatusRequest());
  EXPECT_EQ(status.status().message(), "the node does not answer");
  EXPECT_EQ(ErrorReason(status.status()), "NODE_UNREACHABLE");
}

}  // namespace
}  // namespace maillage::client
