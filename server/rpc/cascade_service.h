// Cascades over gRPC: invitations that several nodes carry.
#ifndef SERVER_RPC_CASCADE_SERVICE_H_
#define SERVER_RPC_CASCADE_SERVICE_H_

#include "maillage/v1/cascade_service.grpc.pb.h"
#include "server/broadcast/cascade/cascades.h"
#include "server/rpc/authentication.h"

namespace maillage::rpc {

// Thread safe.
class CascadeService final : public v1::CascadeService::Service {
 public:
  // Both must outlive the service.
  CascadeService(broadcast::Cascades* cascades, const Callers* callers)
      : cascades_(cascades), callers_(callers) {}

  grpc::Status OfferInvitation(grpc::ServerContext* context,
                               const v1::OfferInvitationRequest* request,
                               v1::Cascade* response) override;
  grpc::Status GetCascade(grpc::ServerContext* context, const v1::GetInvitationRequest* request,
                          v1::Cascade* response) override;
  grpc::Status IgnoreObjections(grpc::ServerContext* context,
                                const v1::IgnoreObjectionsRequest* request,
                                v1::Cascade* response) override;
  grpc::Status ListOffers(grpc::ServerContext* context, const v1::ListOffersRequest* request,
                          v1::ListOffersResponse* response) override;
  grpc::Status AcceptOffer(grpc::ServerContext* context, const v1::AcceptOfferRequest* request,
                           v1::InvitationOffer* response) override;
  grpc::Status DeclineOffer(grpc::ServerContext* context, const v1::GetInvitationRequest* request,
                            v1::InvitationOffer* response) override;

 private:
  broadcast::Cascades* const cascades_;
  const Callers* const callers_;
};

}  // namespace maillage::rpc

#endif  // SERVER_RPC_CASCADE_SERVICE_H_
