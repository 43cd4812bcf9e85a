#include "server/rpc/roles.h"

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "client/base/error.h"

namespace maillage::rpc {
namespace {

constexpr MethodAccess kMethods[] = {
    {"/maillage.v1.PairingService/Pair", Access::kStranger},
    {"/maillage.v1.SyncService/Sync", Access::kPartner},

    {"/grpc.health.v1.Health/Check", Access::kReader},
    {"/grpc.health.v1.Health/Watch", Access::kReader},
    {"/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", Access::kReader},

    {"/maillage.v1.ActorService/GetActor", Access::kReader},
    {"/maillage.v1.ActorService/ListActors", Access::kReader},
    {"/maillage.v1.ActorService/CountActors", Access::kReader},
    {"/maillage.v1.ActorService/CreateActor", Access::kEditor},
    {"/maillage.v1.ActorService/UpdateActor", Access::kEditor},
    {"/maillage.v1.ActorService/DeleteActor", Access::kEditor},
    {"/maillage.v1.ActorService/ImportActors", Access::kEditor},

    {"/maillage.v1.HistoryService/GetActorHistory", Access::kReader},

    {"/maillage.v1.DisclosureService/DiscloseActor", Access::kEditor},

    {"/maillage.v1.AuditService/ListAuditEntries", Access::kAdmin},
    {"/maillage.v1.AuditService/VerifyAudit", Access::kAdmin},

    {"/maillage.v1.NoticeService/RecordNotice", Access::kEditor},

    {"/maillage.v1.ObjectionService/ListObjections", Access::kReader},
    {"/maillage.v1.ObjectionService/AddObjection", Access::kEditor},
    {"/maillage.v1.ObjectionService/RemoveObjection", Access::kEditor},

    {"/maillage.v1.InterchangeService/ExportActors", Access::kEditor},
    {"/maillage.v1.InterchangeService/ListImportBatches", Access::kReader},
    {"/maillage.v1.InterchangeService/UndoImport", Access::kEditor},
    {"/maillage.v1.InterchangeService/ListMappings", Access::kReader},
    {"/maillage.v1.InterchangeService/SaveMapping", Access::kEditor},
    {"/maillage.v1.InterchangeService/DeleteMapping", Access::kEditor},

    {"/maillage.v1.SuggestionService/ListSuggestions", Access::kReader},
    {"/maillage.v1.SuggestionService/MakeSuggestion", Access::kEditor},
    {"/maillage.v1.SuggestionService/AcceptSuggestion", Access::kEditor},
    {"/maillage.v1.SuggestionService/RefuseSuggestion", Access::kEditor},

    {"/maillage.v1.ErasureService/EraseActor", Access::kEditor},
    {"/maillage.v1.ErasureService/GetErasure", Access::kReader},
    {"/maillage.v1.ErasureService/ListErasures", Access::kReader},

    {"/maillage.v1.TerritoryService/GetTerritory", Access::kReader},
    {"/maillage.v1.TerritoryService/ListTerritories", Access::kReader},

    {"/maillage.v1.InvitationService/GetInvitation", Access::kReader},
    {"/maillage.v1.InvitationService/ListInvitations", Access::kReader},
    {"/maillage.v1.InvitationService/PreviewInvitation", Access::kReader},
    {"/maillage.v1.InvitationService/WatchInvitation", Access::kReader},
    {"/maillage.v1.InvitationService/ReportInvitation", Access::kReader},
    {"/maillage.v1.InvitationService/ListUncertain", Access::kReader},
    {"/maillage.v1.InvitationService/CreateInvitation", Access::kSender},
    {"/maillage.v1.InvitationService/CosignInvitation", Access::kSender},
    {"/maillage.v1.InvitationService/ReviseInvitation", Access::kSender},
    {"/maillage.v1.InvitationService/RecallInvitation", Access::kSender},
    {"/maillage.v1.InvitationService/AttestInvitation", Access::kSender},
    {"/maillage.v1.InvitationService/TestInvitation", Access::kSender},
    {"/maillage.v1.InvitationService/SendInvitation", Access::kSender},
    {"/maillage.v1.InvitationService/PauseInvitation", Access::kSender},
    {"/maillage.v1.InvitationService/ResumeInvitation", Access::kSender},
    {"/maillage.v1.InvitationService/ResolveUncertain", Access::kSender},

    {"/maillage.v1.CascadeService/GetCascade", Access::kReader},
    {"/maillage.v1.CascadeService/ListOffers", Access::kReader},
    {"/maillage.v1.CascadeService/OfferInvitation", Access::kSender},
    {"/maillage.v1.CascadeService/IgnoreObjections", Access::kSender},
    {"/maillage.v1.CascadeService/AcceptOffer", Access::kSender},
    {"/maillage.v1.CascadeService/DeclineOffer", Access::kSender},

    {"/maillage.v1.LetterService/ListLetterBatches", Access::kReader},
    {"/maillage.v1.LetterService/PrepareLetters", Access::kSender},
    {"/maillage.v1.LetterService/PrintLetters", Access::kSender},
    {"/maillage.v1.LetterService/EndLetterBatch", Access::kSender},

    {"/maillage.v1.ReplyService/ListReplies", Access::kReader},
    {"/maillage.v1.ReplyService/AddReply", Access::kEditor},

    {"/maillage.v1.ShareService/GetShare", Access::kReader},
    {"/maillage.v1.ShareService/ListShares", Access::kReader},
    {"/maillage.v1.ShareService/GetSyncStatus", Access::kReader},
    {"/maillage.v1.ShareService/WaitSync", Access::kReader},
    {"/maillage.v1.ShareService/VerifySync", Access::kAdmin},
    {"/maillage.v1.ShareService/CreateShare", Access::kAdmin},
    {"/maillage.v1.ShareService/UpdateShare", Access::kAdmin},
    {"/maillage.v1.ShareService/PreviewShare", Access::kAdmin},
    {"/maillage.v1.ShareService/DeleteShare", Access::kAdmin},
    {"/maillage.v1.ShareService/SubscribeShare", Access::kAdmin},
    {"/maillage.v1.ShareService/UnsubscribeShare", Access::kAdmin},

    {"/maillage.v1.PartnerService/GetPartner", Access::kReader},
    {"/maillage.v1.PartnerService/ListPartners", Access::kReader},
    {"/maillage.v1.PartnerService/InvitePartner", Access::kAdmin},
    {"/maillage.v1.PartnerService/AcceptPartner", Access::kAdmin},
    {"/maillage.v1.PartnerService/DeletePartner", Access::kAdmin},
    {"/maillage.v1.PartnerService/AcceptSuccession", Access::kAdmin},

    {"/maillage.v1.PartnershipService/ListPartnerships", Access::kReader},
    {"/maillage.v1.PartnershipService/CreatePartnership", Access::kAdmin},
    {"/maillage.v1.PartnershipService/AddPartnershipMember", Access::kAdmin},
    {"/maillage.v1.PartnershipService/RemovePartnershipMember", Access::kAdmin},
    {"/maillage.v1.PartnershipService/AcceptPartnership", Access::kAdmin},
    {"/maillage.v1.PartnershipService/LeavePartnership", Access::kAdmin},

    {"/maillage.v1.NodeService/GetNodeStatus", Access::kReader},
    {"/maillage.v1.NodeService/CreateOperator", Access::kAdmin},
    {"/maillage.v1.NodeService/ListOperators", Access::kAdmin},
    {"/maillage.v1.NodeService/DeleteOperator", Access::kAdmin},
    {"/maillage.v1.NodeService/CloseNode", Access::kAdmin},
    {"/maillage.v1.NodeService/RotateKey", Access::kAdmin},
    {"/maillage.v1.NodeService/ReplaceRoot", Access::kAdmin},
    {"/maillage.v1.NodeService/BackupNode", Access::kAdmin},
    {"/maillage.v1.NodeService/RecoverNode", Access::kAdmin},
};

using Table = absl::flat_hash_map<absl::string_view, Access>;

const Table& ByPath() {
  static const Table* const table = [] {
    auto* built = new Table;
    for (const MethodAccess& row : MethodTable()) built->emplace(row.path, row.access);
    return built;
  }();
  return *table;
}

v1::Role RoleFor(Access access) {
  switch (access) {
    case Access::kEditor:
      return v1::ROLE_EDITOR;
    case Access::kSender:
      return v1::ROLE_SENDER;
    case Access::kAdmin:
      return v1::ROLE_ADMIN;
    default:
      return v1::ROLE_READER;
  }
}

std::string RoleText(v1::Role role) {
  return absl::AsciiStrToLower(v1::Role_Name(role).substr(sizeof("ROLE_") - 1));
}

absl::Status Denied(absl::string_view reason, absl::string_view message, absl::string_view mend) {
  return Error(absl::StatusCode::kPermissionDenied, reason, message, mend);
}

}  // namespace

absl::Span<const MethodAccess> MethodTable() { return kMethods; }

std::string Caller::Who() const {
  switch (kind) {
    case Kind::kPartner:
      return absl::StrCat("partners/", ToText(partner));
    case Kind::kOperator:
      return alias.empty() ? "admin-socket" : absl::StrCat("operators/", alias);
    case Kind::kStranger:
      break;
  }
  return "stranger";
}

absl::Status Authorize(const Caller& caller, absl::string_view path) {
  const auto row = ByPath().find(path);
  const bool known = row != ByPath().end();
  if (known && row->second == Access::kStranger) return absl::OkStatus();
  if (caller.kind == Caller::Kind::kStranger) {
    return Error(absl::StatusCode::kUnauthenticated, "UNKNOWN_CERTIFICATE",
                 "this node does not know the certificate of the caller",
                 "Pair with the node, or have its administrator add you as an operator.");
  }
  if (!known) {
    return Error(absl::StatusCode::kUnimplemented, "NO_SUCH_METHOD",
                 absl::StrCat("this node has no method ", path));
  }
  if (row->second == Access::kPartner) {
    if (caller.kind == Caller::Kind::kPartner) return absl::OkStatus();
    return Denied("PARTNERS_ONLY", "this call is for partner nodes", "");
  }
  if (caller.kind == Caller::Kind::kPartner) {
    return Denied("OPERATORS_ONLY", "this call is for operators of this node, not for partners",
                  "");
  }
  const v1::Role needed = RoleFor(row->second);
  if (caller.role >= needed) return absl::OkStatus();
  return Denied("ROLE_TOO_LOW",
                absl::StrCat("operator '", caller.alias, "' is ", RoleText(caller.role),
                             "; this call is for role ", RoleText(needed)),
                "Have an administrator add an operator with that role.");
}

}  // namespace maillage::rpc
