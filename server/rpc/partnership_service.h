// The partnerships of this node, for its operators.
#ifndef SERVER_RPC_PARTNERSHIP_SERVICE_H_
#define SERVER_RPC_PARTNERSHIP_SERVICE_H_

#include <string>

#include "absl/status/statusor.h"
#include "maillage/v1/partnership_service.grpc.pb.h"
#include "server/identity/partners.h"
#include "server/identity/partnerships.h"
#include "server/identity/self.h"
#include "server/rpc/authentication.h"

namespace maillage::rpc {

// Thread safe.
class PartnershipService : public v1::PartnershipService::Service {
 public:
  // All must outlive the service.
  struct Parts {
    const Callers* callers;
    const identity::Self* self;
    const identity::Partners* partners;
    identity::Partnerships* partnerships;
  };
  explicit PartnershipService(Parts parts) : parts_(parts) {}

  grpc::Status CreatePartnership(grpc::ServerContext* context,
                                 const v1::CreatePartnershipRequest* request,
                                 v1::Partnership* response) override;
  grpc::Status AddPartnershipMember(grpc::ServerContext* context,
                                    const v1::AddPartnershipMemberRequest* request,
                                    v1::Partnership* response) override;
  grpc::Status RemovePartnershipMember(grpc::ServerContext* context,
                                       const v1::RemovePartnershipMemberRequest* request,
                                       v1::Partnership* response) override;
  grpc::Status AcceptPartnership(grpc::ServerContext* context,
                                 const v1::AcceptPartnershipRequest* request,
                                 v1::Partnership* response) override;
  grpc::Status LeavePartnership(grpc::ServerContext* context,
                                const v1::AcceptPartnershipRequest* request,
                                v1::Partnership* response) override;
  grpc::Status ListPartnerships(grpc::ServerContext* context,
                                const v1::ListPartnershipsRequest* request,
                                v1::ListPartnershipsResponse* response) override;

 private:
  using Result = absl::StatusOr<identity::PartnershipPtr>;

  Result Create(const v1::CreatePartnershipRequest& request, const std::string& who);
  // A member that is no partner here goes by its node id.
  absl::StatusOr<NodeId> NodeOf(const std::string& name) const;
  std::string NameOf(const NodeId& node) const;
  v1::Partnership ToProto(const identity::Partnership& partnership) const;
  grpc::Status Answer(const Result& result, v1::Partnership* response) const;

  const Parts parts_;
};

}  // namespace maillage::rpc

#endif  // SERVER_RPC_PARTNERSHIP_SERVICE_H_
