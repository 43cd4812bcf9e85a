#include "server/rpc/node_service.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/encoding.h"
#include "client/base/grpc_status.h"
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

}  // namespace maillage::rpc
