// What is held about a person, over gRPC.
#ifndef SERVER_RPC_DISCLOSURE_SERVICE_H_
#define SERVER_RPC_DISCLOSURE_SERVICE_H_

#include <functional>
#include <string>
#include <utility>

#include "maillage/v1/disclosure_service.grpc.pb.h"
#include "server/broadcast/invitations.h"
#include "server/broadcast/replies.h"
#include "server/directory/directory.h"
#include "server/directory/objections.h"
#include "server/rpc/authentication.h"
#include "server/sharing/shares.h"

namespace maillage::rpc {

// Thread safe.
class DisclosureService final : public v1::DisclosureService::Service {
 public:
  // All must outlive the service.
  struct Parts {
    NodeId self;
    std::string controller;
    const directory::Directory* directory;
    const directory::Objections* objections;
    const sharing::Shares* shares;
    const broadcast::Invitations* invitations;
    const broadcast::Replies* replies;
    const storage::Database* database;
    storage::Writer* writer;
    const Clock* clock;
    const Callers* callers;
    std::function<std::string(const NodeId&)> alias_of;
  };
  explicit DisclosureService(Parts parts) : parts_(std::move(parts)) {}

  grpc::Status DiscloseActor(grpc::ServerContext* context, const v1::DiscloseActorRequest* request,
                             v1::Disclosure* response) override;

 private:
  absl::Status Disclose(const v1::DiscloseActorRequest& request, const std::string& who,
                        v1::Disclosure* disclosure) const;
  absl::Status AddRecipients(const RecordId& id, v1::Disclosure* disclosure) const;
  absl::Status AddInvitations(const std::string& mailbox, v1::Disclosure* disclosure) const;

  const Parts parts_;
};

}  // namespace maillage::rpc

#endif  // SERVER_RPC_DISCLOSURE_SERVICE_H_
