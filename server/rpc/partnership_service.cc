#include "server/rpc/partnership_service.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "client/base/encoding.h"
#include "client/base/grpc_status.h"
#include "client/base/status_macros.h"
#include "server/rpc/paging.h"

namespace maillage::rpc {

absl::StatusOr<NodeId> PartnershipService::NodeOf(const std::string& name) const {
  const auto partner = parts_.partners->Find(name);
  if (partner.ok()) return (*partner)->node;
  const auto node = ParseNodeId(name);
  return node.ok() ? node : partner.status();
}

std::string PartnershipService::NameOf(const NodeId& node) const {
  if (node == parts_.self->node()) return parts_.self->alias();
  const identity::PartnerPtr partner = parts_.partners->Get(node);
  return partner == nullptr ? ToText(node) : partner->alias;
}

v1::Partnership PartnershipService::ToProto(const identity::Partnership& partnership) const {
  const identity::OpenedRoster& roster = partnership.roster;
  v1::Partnership proto;
  proto.set_name(absl::StrCat("partnerships/", HexEncode(partnership.id())));
  proto.set_title(partnership.title());
  proto.set_state(roster.coordinator == parts_.self->node() ? v1::Partnership::COORDINATED
                  : partnership.accepted                    ? v1::Partnership::ACCEPTED
                                                            : v1::Partnership::PENDING);
  proto.set_version(roster.roster.version());
  proto.set_coordinator(NameOf(roster.coordinator));
  if (!roster.deputy.is_zero()) proto.set_deputy(NameOf(roster.deputy));
  for (const auto& member : roster.members) {
    proto.add_members(NameOf(member.node));
    if (member.row.relay()) proto.add_relays(NameOf(member.node));
  }
  *proto.mutable_issue_time() = roster.roster.issued_at();
  return proto;
}

grpc::Status PartnershipService::Answer(const Result& result, v1::Partnership* response) const {
  if (result.ok()) *response = ToProto(**result);
  return ToGrpcStatus(result.status());
}

PartnershipService::Result PartnershipService::Create(const v1::CreatePartnershipRequest& request,
                                                      const std::string& who) {
  NodeId deputy;
  if (!request.deputy().empty()) {
    ASSIGN_OR_RETURN(const identity::PartnerPtr partner, parts_.partners->Find(request.deputy()));
    deputy = partner->node;
  }
  std::vector<NodeId> relays;
  for (const std::string& name : request.relays()) {
    ASSIGN_OR_RETURN(const identity::PartnerPtr partner, parts_.partners->Find(name));
    relays.push_back(partner->node);
  }
  return parts_.partnerships->Create(request.title(), deputy, relays, who);
}

grpc::Status PartnershipService::CreatePartnership(grpc::ServerContext* context,
                                                   const v1::CreatePartnershipRequest* request,
                                                   v1::Partnership* response) {
  return Answer(Create(*request, parts_.callers->Of(*context).Who()), response);
}

grpc::Status PartnershipService::AddPartnershipMember(
    grpc::ServerContext* context, const v1::AddPartnershipMemberRequest* request,
    v1::Partnership* response) {
  const auto node = NodeOf(request->partner());
  if (!node.ok()) return ToGrpcStatus(node.status());
  return Answer(parts_.partnerships->AddMember(request->partnership(), *node, request->relay(),
                                               parts_.callers->Of(*context).Who()),
                response);
}

grpc::Status PartnershipService::RemovePartnershipMember(
    grpc::ServerContext* context, const v1::RemovePartnershipMemberRequest* request,
    v1::Partnership* response) {
  const auto node = NodeOf(request->partner());
  if (!node.ok()) return ToGrpcStatus(node.status());
  return Answer(parts_.partnerships->RemoveMember(request->partnership(), *node,
                                                  parts_.callers->Of(*context).Who()),
                response);
}

grpc::Status PartnershipService::AcceptPartnership(grpc::ServerContext* context,
                                                   const v1::AcceptPartnershipRequest* request,
                                                   v1::Partnership* response) {
  return Answer(
      parts_.partnerships->Accept(request->partnership(), parts_.callers->Of(*context).Who()),
      response);
}

grpc::Status PartnershipService::LeavePartnership(grpc::ServerContext* context,
                                                  const v1::AcceptPartnershipRequest* request,
                                                  v1::Partnership* response) {
  return Answer(
      parts_.partnerships->Leave(request->partnership(), parts_.callers->Of(*context).Who()),
      response);
}

grpc::Status PartnershipService::ListPartnerships(grpc::ServerContext*,
                                                  const v1::ListPartnershipsRequest* request,
                                                  v1::ListPartnershipsResponse* response) {
  const auto page =
      PageOf(*request, parts_.partnerships->List(),
             [](const identity::PartnershipPtr& partnership) { return partnership->title(); });
  if (!page.ok()) return ToGrpcStatus(page.status());
  for (const auto& one : page->items) *response->add_partnerships() = ToProto(*one);
  response->set_next_page_token(page->next_page_token);
  return grpc::Status::OK;
}

}  // namespace maillage::rpc
