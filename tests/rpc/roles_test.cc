#include "server/rpc/roles.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor_database.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "maillage/v1/actor_service.pb.h"
#include "maillage/v1/audit_service.pb.h"
#include "maillage/v1/cascade_service.pb.h"
#include "maillage/v1/disclosure_service.pb.h"
#include "maillage/v1/erasure_service.pb.h"
#include "maillage/v1/history_service.pb.h"
#include "maillage/v1/identity.pb.h"
#include "maillage/v1/interchange_service.pb.h"
#include "maillage/v1/invitation_service.pb.h"
#include "maillage/v1/letter_service.pb.h"
#include "maillage/v1/notice_service.pb.h"
#include "maillage/v1/objection_service.pb.h"
#include "maillage/v1/partner_service.pb.h"
#include "maillage/v1/partnership_service.pb.h"
#include "maillage/v1/reply_service.pb.h"
#include "maillage/v1/share_service.pb.h"
#include "maillage/v1/suggestion_service.pb.h"
#include "maillage/v1/sync.pb.h"
#include "maillage/v1/territory.pb.h"

namespace maillage::rpc {
namespace {

Caller Operator(v1::Role role) {
  Caller caller;
  caller.kind = Caller::Kind::kOperator;
  caller.alias = "marie";
  caller.role = role;
  return caller;
}

Caller Partner() {
  Caller caller;
  caller.kind = Caller::Kind::kPartner;
  caller.partner = NodeId(absl::string_view("0123456789"));
  return caller;
}

// Every method of every file that is linked in, whoever adds one.
std::set<std::string> MethodsInProtos() {
  const auto* pool = google::protobuf::DescriptorPool::generated_pool();
  std::set<std::string> methods;
  for (const google::protobuf::FileDescriptor* file : {
           v1::GetActorRequest::descriptor()->file(),
           v1::GetErasureRequest::descriptor()->file(),
           v1::GetActorHistoryRequest::descriptor()->file(),
           v1::ImportBatch::descriptor()->file(),
           v1::NodeDescriptor::descriptor()->file(),
           v1::GetInvitationRequest::descriptor()->file(),
           v1::Cascade::descriptor()->file(),
           v1::LetterBatch::descriptor()->file(),
           v1::GetNodeStatusRequest::descriptor()->file(),
           v1::AuditEntry::descriptor()->file(),
           v1::Disclosure::descriptor()->file(),
           v1::RecordNoticeRequest::descriptor()->file(),
           v1::Objection::descriptor()->file(),
           v1::GetPartnerRequest::descriptor()->file(),
           v1::Partnership::descriptor()->file(),
           v1::AddReplyRequest::descriptor()->file(),
           v1::GetShareRequest::descriptor()->file(),
           v1::ListSuggestionsRequest::descriptor()->file(),
           v1::SyncMessage::descriptor()->file(),
           v1::Territory::descriptor()->file(),
       }) {
    EXPECT_EQ(pool->FindFileByName(file->name()), file);
    for (int s = 0; s < file->service_count(); ++s) {
      for (int m = 0; m < file->service(s)->method_count(); ++m) {
        const auto* method = file->service(s)->method(m);
        methods.insert(absl::StrCat("/", method->service()->full_name(), "/", method->name()));
      }
    }
  }
  return methods;
}

TEST(MethodTable, NamesEveryMethodOfTheProtosOnceAndNoOther) {
  std::set<std::string> listed;
  for (const MethodAccess& row : MethodTable()) {
    EXPECT_TRUE(listed.insert(std::string(row.path)).second) << row.path << " stands twice";
  }
  for (const std::string& method : MethodsInProtos()) {
    EXPECT_EQ(listed.count(method), 1u) << method << " is not in the table";
  }
  for (const std::string& path : listed) {
    if (absl::StartsWith(path, "/grpc.")) continue;
    EXPECT_EQ(MethodsInProtos().count(path), 1u) << path << " is in no proto";
  }
}

TEST(Authorize, LetsStrangersPairAndNothingElse) {
  for (const MethodAccess& row : MethodTable()) {
    const absl::Status status = Authorize(Caller(), row.path);
    if (row.path == "/maillage.v1.PairingService/Pair") {
      EXPECT_TRUE(status.ok());
    } else {
      EXPECT_EQ(status.code(), absl::StatusCode::kUnauthenticated) << row.path;
      EXPECT_EQ(ErrorReason(status), "UNKNOWN_CERTIFICATE");
    }
  }
  EXPECT_EQ(ErrorReason(Authorize(Caller(), "/no/method")), "UNKNOWN_CERTIFICATE");
}

TEST(Authorize, LetsPartnersSyncAndPairAndNothingElse) {
  for (const MethodAccess& row : MethodTable()) {
    const absl::Status status = Authorize(Partner(), row.path);
    if (row.access == Access::kPartner || row.access == Access::kStranger) {
      EXPECT_TRUE(status.ok()) << row.path;
    } else {
      EXPECT_EQ(ErrorReason(status), "OPERATORS_ONLY") << row.path;
    }
  }
}

TEST(Authorize, GivesEachRoleWhatTheTableSays) {
  struct Case {
    const char* method;
    v1::Role least;
  };
  const Case cases[] = {
      {"/maillage.v1.ActorService/ListActors", v1::ROLE_READER},
      {"/grpc.health.v1.Health/Check", v1::ROLE_READER},
      {"/maillage.v1.ActorService/ImportActors", v1::ROLE_EDITOR},
      {"/maillage.v1.InvitationService/SendInvitation", v1::ROLE_SENDER},
      {"/maillage.v1.NodeService/CreateOperator", v1::ROLE_ADMIN},
      {"/maillage.v1.ShareService/CreateShare", v1::ROLE_ADMIN},
  };
  for (const Case& c : cases) {
    for (int role = v1::ROLE_READER; role <= v1::ROLE_ADMIN; ++role) {
      const absl::Status status = Authorize(Operator(static_cast<v1::Role>(role)), c.method);
      if (role >= c.least) {
        EXPECT_TRUE(status.ok()) << c.method << status;
      } else {
        EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied);
        EXPECT_EQ(ErrorReason(status), "ROLE_TOO_LOW");
        EXPECT_FALSE(ErrorMend(status).empty());
      }
    }
  }
  EXPECT_EQ(ErrorReason(Authorize(Operator(v1::ROLE_ADMIN), "/maillage.v1.SyncService/Sync")),
            "PARTNERS_ONLY");
  EXPECT_EQ(ErrorReason(Authorize(Operator(v1::ROLE_ADMIN), "/no/method")), "NO_SUCH_METHOD");
}

TEST(Caller, IsNamedForTheAudit) {
  EXPECT_EQ(Caller().Who(), "stranger");
  EXPECT_EQ(Partner().Who(), "partners/gaytemzugu3doobz");
  EXPECT_EQ(Operator(v1::ROLE_READER).Who(), "operators/marie");
}

}  // namespace
}  // namespace maillage::rpc
