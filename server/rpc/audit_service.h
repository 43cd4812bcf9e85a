// The audit over gRPC.
#ifndef SERVER_RPC_AUDIT_SERVICE_H_
#define SERVER_RPC_AUDIT_SERVICE_H_

#include "maillage/v1/audit_service.grpc.pb.h"
#include "server/storage/database.h"

namespace maillage::rpc {

// Thread safe.
class AuditService final : public v1::AuditService::Service {
 public:
  // `database` must outlive the service.
  explicit AuditService(const storage::Database* database) : database_(database) {}

  grpc::Status ListAuditEntries(grpc::ServerContext* context,
                                const v1::ListAuditEntriesRequest* request,
                                v1::ListAuditEntriesResponse* response) override;
  grpc::Status VerifyAudit(grpc::ServerContext* context, const v1::VerifyAuditRequest* request,
                           v1::VerifyAuditResponse* response) override;

 private:
  const storage::Database* const database_;
};

}  // namespace maillage::rpc

#endif  // SERVER_RPC_AUDIT_SERVICE_H_
