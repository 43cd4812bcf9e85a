// Invitations over gRPC.
#ifndef SERVER_RPC_INVITATION_SERVICE_H_
#define SERVER_RPC_INVITATION_SERVICE_H_

#include "absl/status/statusor.h"
#include "maillage/v1/invitation_service.grpc.pb.h"
#include "server/broadcast/invitations.h"
#include "server/rpc/authentication.h"

namespace maillage::rpc {

// Thread safe.
class InvitationService final : public v1::InvitationService::Service {
 public:
  // Both must outlive the service.
  InvitationService(broadcast::Invitations* invitations, const Callers* callers)
      : invitations_(invitations), callers_(callers) {}

  grpc::Status CreateInvitation(grpc::ServerContext* context,
                                const v1::CreateInvitationRequest* request,
                                v1::Invitation* response) override;
  grpc::Status GetInvitation(grpc::ServerContext* context, const v1::GetInvitationRequest* request,
                             v1::Invitation* response) override;
  grpc::Status ListInvitations(grpc::ServerContext* context,
                               const v1::ListInvitationsRequest* request,
                               v1::ListInvitationsResponse* response) override;
  grpc::Status CosignInvitation(grpc::ServerContext* context,
                                const v1::GetInvitationRequest* request,
                                v1::Invitation* response) override;
  grpc::Status PreviewInvitation(grpc::ServerContext* context,
                                 const v1::PreviewInvitationRequest* request,
                                 v1::PreviewInvitationResponse* response) override;
  grpc::Status TestInvitation(grpc::ServerContext* context,
                              const v1::TestInvitationRequest* request,
                              v1::TestInvitationResponse* response) override;
  grpc::Status SendInvitation(grpc::ServerContext* context, const v1::GetInvitationRequest* request,
                              v1::Invitation* response) override;
  grpc::Status PauseInvitation(grpc::ServerContext* context,
                               const v1::GetInvitationRequest* request,
                               v1::Invitation* response) override;
  grpc::Status ResumeInvitation(grpc::ServerContext* context,
                                const v1::GetInvitationRequest* request,
                                v1::Invitation* response) override;
  // Sends progress five times a second, and once more at the end.
  grpc::Status WatchInvitation(grpc::ServerContext* context,
                               const v1::GetInvitationRequest* request,
                               grpc::ServerWriter<v1::BroadcastProgress>* writer) override;
  grpc::Status ReportInvitation(grpc::ServerContext* context,
                                const v1::GetInvitationRequest* request,
                                v1::ReportInvitationResponse* response) override;
  grpc::Status ReviseInvitation(grpc::ServerContext* context,
                                const v1::ReviseInvitationRequest* request,
                                v1::Invitation* response) override;
  grpc::Status RecallInvitation(grpc::ServerContext* context,
                                const v1::RecallInvitationRequest* request,
                                v1::Invitation* response) override;
  grpc::Status AttestInvitation(grpc::ServerContext* context,
                                const v1::AttestInvitationRequest* request,
                                v1::Invitation* response) override;
  grpc::Status ListUncertain(grpc::ServerContext* context, const v1::ListUncertainRequest* request,
                             v1::ListUncertainResponse* response) override;
  grpc::Status ResolveUncertain(grpc::ServerContext* context,
                                const v1::ResolveUncertainRequest* request,
                                v1::BroadcastProgress* response) override;

 private:
  broadcast::Invitations* const invitations_;
  const Callers* const callers_;
};

}  // namespace maillage::rpc

#endif  // SERVER_RPC_INVITATION_SERVICE_H_
