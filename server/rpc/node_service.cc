#include "server/rpc/node_service.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/encoding.h"
#include "client/base/error.h"
#include "client/base/grpc_status.h"
#include "client/base/status_macros.h"
#include "server/identity/crypto.h"
#include "server/identity/timestamps.h"
#include "server/rpc/paging.h"
#include "server/storage/schema.h"

namespace maillage::rpc {
namespace {

v1::Operator ToProto(const identity::Operator& entry) {
  v1::Operator proto;
  proto.set_name(absl::StrCat("operators/", entry.alias));
  proto.set_alias(entry.alias);
  proto.set_role(entry.role);
  proto.set_certificate_hash(HexEncode(entry.certificate_hash));
  *proto.mutable_create_time() = identity::ToTimestamp(entry.create_time);
  return proto;
}

}  // namespace

NodeService::NodeService(Parts parts) : parts_(std::move(parts)) {}

grpc::Status NodeService::GetNodeStatus(grpc::ServerContext*, const v1::GetNodeStatusRequest*,
                                        v1::NodeStatus* response) {
  response->set_name(absl::StrCat("nodes/", ToText(parts_.self->node())));
  response->set_alias(parts_.self->alias());
  response->set_display_name(parts_.self->descriptor().display_name());
  response->set_version(parts_.version);
  response->set_schema_version(storage::kSchemaVersion);
  response->set_listen(parts_.listen);
  response->set_partners(static_cast<int32_t>(parts_.partners->List().size()));
  *response->mutable_start_time() = identity::ToTimestamp(parts_.start_time);
  response->set_tls_certificate_hash(HexEncode(parts_.self->tls().certificate_hash));
  if (const NodeId heir = parts_.closing->heir(); !heir.is_zero()) {
    const identity::PartnerPtr partner = parts_.partners->Get(heir);
    response->set_closed_to(partner == nullptr ? ToText(heir) : partner->alias);
  }
  for (const Reporter& reporter : parts_.reporters) reporter(response);
  return grpc::Status::OK;
}

grpc::Status NodeService::CreateOperator(grpc::ServerContext* context,
                                         const v1::CreateOperatorRequest* request,
                                         v1::CreateOperatorResponse* response) {
  const auto added =
      parts_.operators->Add(request->alias(), request->role(), parts_.callers->Of(*context).Who());
  if (!added.ok()) return ToGrpcStatus(added.status());
  *response->mutable_operator_() = ToProto(added->added);
  response->set_certificate_pem(added->tls.certificate_pem);
  response->set_private_key_pem(added->tls.key_pem);
  response->set_node_certificate_pem(parts_.self->tls().certificate_pem);
  return grpc::Status::OK;
}

grpc::Status NodeService::ListOperators(grpc::ServerContext*,
                                        const v1::ListOperatorsRequest* request,
                                        v1::ListOperatorsResponse* response) {
  const auto page = PageOf(*request, parts_.operators->List(),
                           [](const identity::Operator& entry) { return entry.alias; });
  if (!page.ok()) return ToGrpcStatus(page.status());
  for (const auto& entry : page->items) *response->add_operators() = ToProto(entry);
  response->set_next_page_token(page->next_page_token);
  return grpc::Status::OK;
}

grpc::Status NodeService::DeleteOperator(grpc::ServerContext* context,
                                         const v1::DeleteOperatorRequest* request,
                                         google::protobuf::Empty*) {
  return ToGrpcStatus(
      parts_.operators->Remove(request->name(), parts_.callers->Of(*context).Who()));
}

// A partner that does not hear of a certificate before it is shown will refuse
// it, and would fall silent.
absl::Status NodeService::CheckPresent() const {
  std::string absent;
  for (const identity::PartnerPtr& partner : parts_.partners->List()) {
    if (parts_.is_connected(partner->node)) continue;
    absl::StrAppend(&absent, absent.empty() ? "" : ", ", partner->alias);
  }
  if (absent.empty()) return absl::OkStatus();
  return FailedPrecondition(
      "PARTNERS_ABSENT", absl::StrCat("these partners would not hear of it: ", absent),
      "Wait until they are connected, or add --despite-absent and pair with them again.");
}

absl::Status NodeService::Rotate(const v1::RotateKeyRequest& request, const std::string& who) {
  switch (request.key()) {
    case v1::RotateKeyRequest::SIGNING:
      return parts_.rotation->RotateSigning(request.revoke(), who);
    case v1::RotateKeyRequest::TLS:
      if (!request.despite_absent()) RETURN_IF_ERROR(CheckPresent());
      return parts_.rotation->RotateTls(request.revoke(), who);
    default:
      return InvalidArgument("BAD_CHOICE", "only the signing and the TLS key are rotated");
  }
}

grpc::Status NodeService::CloseNode(grpc::ServerContext* context,
                                    const v1::CloseNodeRequest* request, v1::NodeStatus* response) {
  const auto heir = parts_.partners->Find(request->heir());
  if (!heir.ok()) return ToGrpcStatus(heir.status());
  std::vector<NodeId> partners;
  for (const auto& partner : parts_.partners->List()) partners.push_back(partner->node);
  const absl::Status status =
      parts_.closing->Close((*heir)->node, partners, parts_.add_to_link, parts_.writer,
                            *parts_.clock, parts_.callers->Of(*context).Who());
  if (!status.ok()) return ToGrpcStatus(status);
  return GetNodeStatus(context, nullptr, response);
}

grpc::Status NodeService::RotateKey(grpc::ServerContext* context,
                                    const v1::RotateKeyRequest* request,
                                    v1::RotateKeyResponse* response) {
  const absl::Status status = Rotate(*request, parts_.callers->Of(*context).Who());
  if (!status.ok()) return ToGrpcStatus(status);
  const v1::NodeDescriptor descriptor = parts_.self->descriptor();
  response->set_descriptor_version(descriptor.version());
  response->set_key_hash(HexEncode(request->key() == v1::RotateKeyRequest::TLS
                                       ? descriptor.tls_certificate_hashes(0)
                                       : identity::Sha256(descriptor.signing_public_keys(0))));
  return grpc::Status::OK;
}

grpc::Status NodeService::ReplaceRoot(grpc::ServerContext* context,
                                      const v1::ReplaceRootRequest* request,
                                      v1::ReplaceRootResponse* response) {
  if (request->next_recovery_key_hash().empty()) {
    auto next = parts_.rotation->PrepareRoot(request->recovery_sheet());
    if (!next.ok()) return ToGrpcStatus(next.status());
    response->set_next_recovery_sheet(std::move(next->sheet));
    response->set_next_recovery_key_hash(std::move(next->public_key_hash));
    return grpc::Status::OK;
  }
  const absl::Status status =
      parts_.rotation->RotateRoot(request->recovery_sheet(), request->next_recovery_key_hash(),
                                  parts_.callers->Of(*context).Who());
  response->set_descriptor_version(parts_.self->descriptor().version());
  return ToGrpcStatus(status);
}

grpc::Status NodeService::BackupNode(grpc::ServerContext* context,
                                     const v1::BackupNodeRequest* request,
                                     v1::BackupNodeResponse* response) {
  const auto backups =
      parts_.back_up(request->folder(), request->keep(), parts_.callers->Of(*context).Who());
  if (!backups.ok()) return ToGrpcStatus(backups.status());
  for (const storage::Backup& backup : *backups) {
    v1::NodeBackup* proto = response->add_backups();
    proto->set_number(backup.number);
    *proto->mutable_create_time() = identity::ToTimestamp(backup.time);
    proto->set_size_bytes(static_cast<int64_t>(backup.bytes));
    proto->set_files(static_cast<int32_t>(backup.files));
  }
  return grpc::Status::OK;
}

grpc::Status NodeService::RecoverNode(grpc::ServerContext* context, const v1::RecoverNodeRequest*,
                                      v1::NodeStatus* response) {
  const absl::Status ended = parts_.end_recovery(parts_.callers->Of(*context).Who());
  return ended.ok() ? GetNodeStatus(context, nullptr, response) : ToGrpcStatus(ended);
}

}  // namespace maillage::rpc
