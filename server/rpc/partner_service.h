// Pairs with partners and lists them.
#ifndef SERVER_RPC_PARTNER_SERVICE_H_
#define SERVER_RPC_PARTNER_SERVICE_H_

#include <functional>

#include "maillage/v1/partner_service.grpc.pb.h"
#include "server/identity/pairing.h"
#include "server/identity/partners.h"
#include "server/identity/self.h"
#include "server/identity/tokens.h"
#include "server/rpc/authentication.h"
#include "server/storage/writer.h"

namespace maillage::rpc {

// Thread safe.
class PartnerService : public v1::PartnerService::Service {
 public:
  // All must outlive the service.
  struct Parts {
    const Callers* callers;
    const identity::Self* self;
    identity::Partners* partners;
    identity::Tokens* tokens;
    identity::Pairing* pairing;
    storage::Writer* writer;
    // Makes own actors of those of a closed partner; says how many.
    std::function<absl::StatusOr<int64_t>(const NodeId& from, const std::string& who)> inherit;
    // Whether a stream with the partner is open.
    std::function<bool(const NodeId&)> is_connected;
  };
  explicit PartnerService(Parts parts);

  grpc::Status InvitePartner(grpc::ServerContext* context, const v1::InvitePartnerRequest* request,
                             v1::InvitePartnerResponse* response) override;
  grpc::Status AcceptPartner(grpc::ServerContext* context, const v1::AcceptPartnerRequest* request,
                             v1::Partner* response) override;
  grpc::Status GetPartner(grpc::ServerContext* context, const v1::GetPartnerRequest* request,
                          v1::Partner* response) override;
  grpc::Status ListPartners(grpc::ServerContext* context, const v1::ListPartnersRequest* request,
                            v1::ListPartnersResponse* response) override;
  grpc::Status DeletePartner(grpc::ServerContext* context, const v1::DeletePartnerRequest* request,
                             google::protobuf::Empty* response) override;
  grpc::Status AcceptSuccession(grpc::ServerContext* context,
                                const v1::AcceptSuccessionRequest* request,
                                v1::AcceptSuccessionResponse* response) override;

 private:
  v1::Partner ToProto(const identity::Partner& partner) const;
  absl::StatusOr<identity::PartnerPtr> Accept(const std::string& token, const std::string& who);

  const Parts parts_;
};

}  // namespace maillage::rpc

#endif  // SERVER_RPC_PARTNER_SERVICE_H_
