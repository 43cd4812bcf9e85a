#include "server/rpc/server.h"

#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/base/encoding.h"
#include "client/base/error.h"
#include "client/call.h"
#include "client/certificate.h"
#include "maillage/v1/node_service.grpc.pb.h"
#include "maillage/v1/partner_service.grpc.pb.h"
#include "maillage/v1/stored.pb.h"
#include "server/rpc/byte_buffer.h"
#include "server/rpc/pairing_service.h"
#include "server/rpc/roles.h"
#include "tests/rpc/node_fixture.h"

namespace maillage::rpc {
namespace {

using identity::TestClock;
using identity::TlsKey;

// A call as bytes, with metadata of the caller's making.
struct RawCall {
  std::string path;
  std::string request = {};
  std::string token_id = {};
  std::string mac = {};
};

absl::StatusOr<std::string> Ask(const std::shared_ptr<grpc::Channel>& channel,
                                const RawCall& call) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  if (!call.token_id.empty()) context.AddMetadata("maillage-token-id", call.token_id);
  if (!call.mac.empty()) context.AddMetadata("maillage-mac-bin", call.mac);
  const grpc::ByteBuffer request = ToByteBuffer(call.request);
  grpc::ByteBuffer response;
  const auto done = std::make_shared<std::promise<grpc::Status>>();
  grpc::GenericStub stub(channel);
  stub.UnaryCall(&context, call.path, grpc::StubOptions(), &request, &response,
                 [done](grpc::Status status) { done->set_value(std::move(status)); });
  const absl::Status status = client::FromCallStatus(done->get_future().get());
  if (!status.ok()) return status;
  return ToString(response);
}

absl::Status Send(const std::shared_ptr<grpc::Channel>& channel, const RawCall& call) {
  return Ask(channel, call).status();
}

class ServerTest : public testing::Test {
 protected:
  absl::StatusOr<v1::NodeStatus> Status(const std::shared_ptr<grpc::Channel>& channel) {
    const auto stub = v1::NodeService::NewStub(channel);
    return client::Call(stub.get(), &v1::NodeService::Stub::GetNodeStatus,
                        v1::GetNodeStatusRequest());
  }
  absl::StatusOr<v1::Partner> Accept(const ServedNode& node, const std::string& token) {
    v1::AcceptPartnerRequest request;
    request.set_token(token);
    const auto stub = v1::PartnerService::NewStub(node.DialAdmin());
    return client::Call(stub.get(), &v1::PartnerService::Stub::AcceptPartner, request);
  }
  std::string Invite(const ServedNode& node) {
    const auto stub = v1::PartnerService::NewStub(node.DialAdmin());
    const auto answer = client::Call(stub.get(), &v1::PartnerService::Stub::InvitePartner,
                                     v1::InvitePartnerRequest());
    EXPECT_TRUE(answer.ok()) << answer.status();
    return answer->token();
  }
  absl::StatusOr<v1::CreateOperatorResponse> AddOperator(const std::string& alias, v1::Role role) {
    v1::CreateOperatorRequest request;
    request.set_alias(alias);
    request.set_role(role);
    const auto stub = v1::NodeService::NewStub(capso_.DialAdmin());
    return client::Call(stub.get(), &v1::NodeService::Stub::CreateOperator, request);
  }

  TestClock clock_;
  ServedNode capso_{"capso", &clock_};
};

TEST_F(ServerTest, PairsTwoNodesOverMutualTls) {
  ServedNode irev("irev", &clock_);
  const auto partner = Accept(irev, Invite(capso_));
  ASSERT_TRUE(partner.ok()) << partner.status();
  EXPECT_EQ(partner->alias(), "capso");
  EXPECT_EQ(partner->name(), absl::StrCat("partners/", ToText(capso_.identity.self->node())));
  v1::GetPartnerRequest request;
  request.set_name("irev");
  const auto stub = v1::PartnerService::NewStub(capso_.DialAdmin());
  const auto other = client::Call(stub.get(), &v1::PartnerService::Stub::GetPartner, request);
  ASSERT_TRUE(other.ok()) << other.status();
  EXPECT_EQ(other->check_words(), partner->check_words());
  EXPECT_EQ(other->endpoints(0), irev.address());
}

TEST_F(ServerTest, RefusesATokenThatIsSpentOrExpired) {
  ServedNode irev("irev", &clock_);
  const std::string spent = Invite(capso_);
  const std::string late = Invite(capso_);
  ASSERT_TRUE(Accept(irev, spent).ok());
  EXPECT_EQ(ErrorReason(Accept(irev, spent).status()), "SPENT_TOKEN");
  clock_.now += identity::kTokenLife;
  const auto expired = Accept(irev, late);
  EXPECT_EQ(expired.status().code(), absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(ErrorReason(expired.status()), "EXPIRED_TOKEN");
}

TEST_F(ServerTest, SaysWhenTheInvitingNodeIsNotTheOneThatAnswers) {
  ServedNode irev("irev", &clock_);
  auto token = identity::ParseToken(Invite(capso_));
  ASSERT_TRUE(token.ok());
  token->set_tls_certificate_hash(std::string(32, 'p'));
  EXPECT_EQ(ErrorReason(Accept(irev, identity::TokenText(*token)).status()), "WRONG_CERTIFICATE");
  token->set_endpoint("127.0.0.1:1");
  EXPECT_EQ(ErrorReason(Accept(irev, identity::TokenText(*token)).status()), "NODE_UNREACHABLE");
}

TEST_F(ServerTest, ChecksTheMacOfAPairRequestBeforeParsingIt) {
  const auto token = identity::ParseToken(Invite(capso_));
  ASSERT_TRUE(token.ok());
  const auto channel = capso_.Dial(StrangersKey());
  const std::string garbage = "\xff\xff garbage";
  RawCall call{.path = "/maillage.v1.PairingService/Pair",
               .request = garbage,
               .token_id = Base32Encode(token->token_id()),
               .mac = std::string(32, 'm')};
  const absl::Status wrong = Send(channel, call);
  EXPECT_EQ(wrong.code(), absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(ErrorReason(wrong), "WRONG_MAC");
  call.mac = identity::PairRequestMac(token->secret(), capso_.identity.self->node(),
                                      token->token_id(), garbage);
  const absl::Status right = Send(channel, call);
  EXPECT_EQ(right.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ErrorReason(right), "UNREADABLE");
  call.token_id.clear();
  EXPECT_EQ(ErrorReason(Send(channel, call)), "BAD_TOKEN_ID");
}

TEST_F(ServerTest, RefusesAStrangerOnEveryOtherMethodUnread) {
  const auto channel = capso_.Dial(StrangersKey());
  for (const MethodAccess& row : MethodTable()) {
    if (row.access == Access::kStranger) continue;
    const absl::Status status =
        Send(channel, {.path = std::string(row.path), .request = "\xff garbage"});
    EXPECT_EQ(status.code(), absl::StatusCode::kUnauthenticated) << row.path << status;
    EXPECT_EQ(ErrorReason(status), "UNKNOWN_CERTIFICATE") << row.path;
    EXPECT_FALSE(ErrorMend(status).empty());
  }
}

TEST_F(ServerTest, RefusesAPartnerOnTheMethodsOfOperators) {
  ServedNode irev("irev", &clock_);
  ASSERT_TRUE(Accept(irev, Invite(capso_)).ok());
  const auto status = Status(capso_.Dial(irev.identity.self->tls()));
  EXPECT_EQ(status.status().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(ErrorReason(status.status()), "OPERATORS_ONLY");
}

TEST_F(ServerTest, LetsAnOperatorDoWhatItsRoleAllowsUntilItIsRemoved) {
  const auto added = AddOperator("marie", v1::ROLE_READER);
  ASSERT_TRUE(added.ok()) << added.status();
  EXPECT_EQ(*client::CertificateHash(added->node_certificate_pem()),
            capso_.identity.self->tls().certificate_hash);
  const auto channel = capso_.Dial(TlsKey{added->certificate_pem(), added->private_key_pem(), ""});
  const auto status = Status(channel);
  ASSERT_TRUE(status.ok()) << status.status();
  EXPECT_EQ(status->alias(), "capso");
  EXPECT_EQ(status->version(), "1.2.3");
  EXPECT_EQ(status->own_actors(), 7);

  const auto partners = v1::PartnerService::NewStub(channel);
  const auto denied = client::Call(partners.get(), &v1::PartnerService::Stub::InvitePartner,
                                   v1::InvitePartnerRequest());
  EXPECT_EQ(denied.status().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(ErrorReason(denied.status()), "ROLE_TOO_LOW");
  EXPECT_FALSE(ErrorMend(denied.status()).empty());

  v1::DeleteOperatorRequest removal;
  removal.set_name("operators/marie");
  const auto admin = v1::NodeService::NewStub(capso_.DialAdmin());
  ASSERT_TRUE(client::Call(admin.get(), &v1::NodeService::Stub::DeleteOperator, removal).ok());
  // The same connection, the next call.
  EXPECT_EQ(ErrorReason(Status(channel).status()), "UNKNOWN_CERTIFICATE");
}

TEST_F(ServerTest, ListsOperatorsInPages) {
  for (const char* alias : {"c", "a", "b"}) {
    ASSERT_TRUE(AddOperator(alias, v1::ROLE_ADMIN).ok());
  }
  const auto stub = v1::NodeService::NewStub(capso_.DialAdmin());
  v1::ListOperatorsRequest request;
  request.set_page_size(2);
  auto page = client::Call(stub.get(), &v1::NodeService::Stub::ListOperators, request);
  ASSERT_TRUE(page.ok());
  ASSERT_EQ(page->operators_size(), 2);
  EXPECT_EQ(page->operators(1).alias(), "b");
  request.set_page_token(page->next_page_token());
  page = client::Call(stub.get(), &v1::NodeService::Stub::ListOperators, request);
  ASSERT_EQ(page->operators_size(), 1);
  EXPECT_EQ(page->operators(0).alias(), "c");
  EXPECT_TRUE(page->next_page_token().empty());
  request.set_page_token("!");
  EXPECT_EQ(ErrorReason(
                client::Call(stub.get(), &v1::NodeService::Stub::ListOperators, request).status()),
            "BAD_PAGE_TOKEN");
  request.set_page_size(1001);
  EXPECT_EQ(ErrorReason(
                client::Call(stub.get(), &v1::NodeService::Stub::ListOperators, request).status()),
            "BAD_PAGE_SIZE");
}

TEST_F(ServerTest, KeepsTheAdminSocketToItsOwner) {
  struct stat about {};
  ASSERT_EQ(stat(capso_.admin_socket().c_str(), &about), 0);
  EXPECT_TRUE(S_ISSOCK(about.st_mode));
  EXPECT_EQ(about.st_mode & 0777, 0600u);
  EXPECT_TRUE(Status(capso_.DialAdmin()).ok());
  // What is for partners is not served there at all.
  EXPECT_EQ(Send(capso_.DialAdmin(), {.path = "/maillage.v1.PairingService/Pair"}).code(),
            absl::StatusCode::kUnimplemented);
}

TEST_F(ServerTest, AnswersHealthAndReflectionToAReader) {
  const auto added = AddOperator("probe", v1::ROLE_READER);
  ASSERT_TRUE(added.ok());
  const auto channel = capso_.Dial(TlsKey{added->certificate_pem(), added->private_key_pem(), ""});
  for (const auto& way : {channel, capso_.DialAdmin()}) {
    EXPECT_TRUE(Send(way, {.path = "/grpc.health.v1.Health/Check"}).ok());
    // ServerReflectionRequest{list_services: ""}
    const auto services =
        Ask(way, {.path = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
                  .request = std::string("\x3a\0", 2)});
    ASSERT_TRUE(services.ok()) << services.status();
    EXPECT_NE(services->find("maillage.v1.NodeService"), std::string::npos);
  }
}

TEST_F(ServerTest, NamesTheCallerInTheAudit) {
  const auto chief = AddOperator("chief", v1::ROLE_ADMIN);
  ASSERT_TRUE(chief.ok());
  const auto channel = capso_.Dial(TlsKey{chief->certificate_pem(), chief->private_key_pem(), ""});
  const auto partners = v1::PartnerService::NewStub(channel);
  ASSERT_TRUE(client::Call(partners.get(), &v1::PartnerService::Stub::InvitePartner,
                           v1::InvitePartnerRequest())
                  .ok());
  std::vector<std::string> who;
  const auto visit = [&](absl::string_view, absl::string_view row) {
    v1::AuditLine line;
    EXPECT_TRUE(line.ParseFromArray(row.data(), static_cast<int>(row.size())));
    who.push_back(line.who());
    return true;
  };
  ASSERT_TRUE(capso_.identity.database->latest().Scan(storage::Family::kAudit, "", "", visit).ok());
  // The descriptor twice (made, then with its port), the operator, the token.
  EXPECT_EQ(who, (std::vector<std::string>{"system", "system", "admin-socket", "operators/chief"}));
}

TEST_F(ServerTest, SaysWhyItCannotListen) {
  const Callers callers(capso_.identity.partners.get(), capso_.identity.operators.get());
  ServerOptions options{.listen = capso_.address(),
                        .key_path = "/nonexistent/tls.key",
                        .certificate_path = "/nonexistent/tls.crt",
                        .admin_socket = capso_.admin_socket() + ".2"};
  const auto taken = Server::Start(options, &callers, {}, {});
  EXPECT_EQ(ErrorReason(taken.status()), "CANNOT_BIND");
  EXPECT_NE(taken.status().message().find("already in use"), absl::string_view::npos)
      << taken.status();
  for (const char* bad : {"", "nowhere", "no.such.host.invalid:1", "127.0.0.1:port"}) {
    options.listen = bad;
    EXPECT_EQ(ErrorReason(Server::Start(options, &callers, {}, {}).status()), "BAD_ADDRESS") << bad;
  }
}

}  // namespace
}  // namespace maillage::rpc
