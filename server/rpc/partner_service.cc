#include "server/rpc/partner_service.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/grpc_status.h"
#include "client/base/status_macros.h"
#include "server/identity/timestamps.h"
#include "server/rpc/paging.h"
#include "server/rpc/pairing_service.h"

namespace maillage::rpc {

PartnerService::PartnerService(Parts parts) : parts_(std::move(parts)) {}

v1::Partner PartnerService::ToProto(const identity::Partner& partner) const {
  v1::Partner proto;
  proto.set_node(ToText(partner.node));
  proto.set_name(absl::StrCat("partners/", proto.node()));
  proto.set_alias(partner.alias);
  proto.set_display_name(partner.descriptor.display_name());
  *proto.mutable_endpoints() = partner.descriptor.endpoints();
  proto.set_descriptor_version(partner.descriptor.version());
  *proto.mutable_pair_time() = identity::ToTimestamp(partner.pair_time);
  proto.set_connected(parts_.is_connected(partner.node));
  proto.set_check_words(partner.check_words);
  if (partner.IsClosed()) {
    const identity::PartnerPtr heir = parts_.partners->Get(partner.heir);
    proto.set_bequeathed(partner.heir == parts_.self->node());
    proto.set_heir(proto.bequeathed() ? parts_.self->alias()
                   : heir == nullptr  ? ToText(partner.heir)
                                      : heir->alias);
  }
  return proto;
}

grpc::Status PartnerService::InvitePartner(grpc::ServerContext* context,
                                           const v1::InvitePartnerRequest*,
                                           v1::InvitePartnerResponse* response) {
  const auto token = parts_.tokens->Create(parts_.callers->Of(*context).Who());
  if (!token.ok()) return ToGrpcStatus(token.status());
  response->set_token(token->text);
  *response->mutable_expire_time() = identity::ToTimestamp(token->expire_time);
  return grpc::Status::OK;
}

absl::StatusOr<identity::PartnerPtr> PartnerService::Accept(const std::string& token,
                                                            const std::string& who) {
  ASSIGN_OR_RETURN(const identity::Pairing::Call call, parts_.pairing->Ask(token));
  const auto answer = CallPair(call, parts_.self->tls());
  if (!answer.ok()) return Annotate(answer.status(), call.token.endpoint());
  return parts_.pairing->Finish(call, *answer, who);
}

grpc::Status PartnerService::AcceptPartner(grpc::ServerContext* context,
                                           const v1::AcceptPartnerRequest* request,
                                           v1::Partner* response) {
  const auto partner = Accept(request->token(), parts_.callers->Of(*context).Who());
  if (!partner.ok()) return ToGrpcStatus(partner.status());
  *response = ToProto(**partner);
  return grpc::Status::OK;
}

grpc::Status PartnerService::GetPartner(grpc::ServerContext*, const v1::GetPartnerRequest* request,
                                        v1::Partner* response) {
  const auto partner = parts_.partners->Find(request->name());
  if (!partner.ok()) return ToGrpcStatus(partner.status());
  *response = ToProto(**partner);
  return grpc::Status::OK;
}

grpc::Status PartnerService::ListPartners(grpc::ServerContext*,
                                          const v1::ListPartnersRequest* request,
                                          v1::ListPartnersResponse* response) {
  const auto page = PageOf(*request, parts_.partners->List(),
                           [](const identity::PartnerPtr& partner) { return partner->alias; });
  if (!page.ok()) return ToGrpcStatus(page.status());
  for (const auto& partner : page->items) *response->add_partners() = ToProto(*partner);
  response->set_next_page_token(page->next_page_token);
  return grpc::Status::OK;
}

grpc::Status PartnerService::AcceptSuccession(grpc::ServerContext* context,
                                              const v1::AcceptSuccessionRequest* request,
                                              v1::AcceptSuccessionResponse* response) {
  const auto partner = parts_.partners->Find(request->name());
  if (!partner.ok()) return ToGrpcStatus(partner.status());
  if (!(*partner)->IsClosed() || (*partner)->heir != parts_.self->node()) {
    return ToGrpcStatus(FailedPrecondition("NOT_THE_HEIR",
                                           "the partner has not closed to this node",
                                           "See: maillage succession list"));
  }
  const auto actors = parts_.inherit((*partner)->node, parts_.callers->Of(*context).Who());
  if (!actors.ok()) return ToGrpcStatus(actors.status());
  response->set_actors(*actors);
  return grpc::Status::OK;
}

grpc::Status PartnerService::DeletePartner(grpc::ServerContext* context,
                                           const v1::DeletePartnerRequest* request,
                                           google::protobuf::Empty*) {
  const auto partner = parts_.partners->Find(request->name());
  if (!partner.ok()) return ToGrpcStatus(partner.status());
  return ToGrpcStatus(
      parts_.partners->Remove((*partner)->node, parts_.writer, parts_.callers->Of(*context).Who()));
}

}  // namespace maillage::rpc
