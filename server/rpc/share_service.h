// Shares of this node and of its partners, and how they stand.
#ifndef SERVER_RPC_SHARE_SERVICE_H_
#define SERVER_RPC_SHARE_SERVICE_H_

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "maillage/v1/share_service.grpc.pb.h"
#include "server/directory/filter.h"
#include "server/identity/partners.h"
#include "server/identity/partnerships.h"
#include "server/rpc/authentication.h"
#include "server/sharing/sharing.h"

namespace maillage::rpc {

// Thread safe.
class ShareService final : public v1::ShareService::Service {
 public:
  // All must outlive the service.
  struct Parts {
    NodeId self;
    std::string self_alias;
    const Callers* callers;
    const identity::Partners* partners;
    sharing::Sharing* sharing;
    const identity::Partnerships* partnerships;
    // Parses a filter with this node's aliases.
    std::function<absl::StatusOr<directory::Filter>(absl::string_view)> parse_filter;
  };
  explicit ShareService(Parts parts) : parts_(std::move(parts)) {}

  grpc::Status CreateShare(grpc::ServerContext* context, const v1::CreateShareRequest* request,
                           v1::Share* response) override;
  grpc::Status GetShare(grpc::ServerContext* context, const v1::GetShareRequest* request,
                        v1::Share* response) override;
  grpc::Status ListShares(grpc::ServerContext* context, const v1::ListSharesRequest* request,
                          v1::ListSharesResponse* response) override;
  grpc::Status UpdateShare(grpc::ServerContext* context, const v1::UpdateShareRequest* request,
                           v1::Share* response) override;
  grpc::Status PreviewShare(grpc::ServerContext* context, const v1::PreviewShareRequest* request,
                            v1::PreviewShareResponse* response) override;
  grpc::Status DeleteShare(grpc::ServerContext* context, const v1::DeleteShareRequest* request,
                           google::protobuf::Empty* response) override;
  grpc::Status SubscribeShare(grpc::ServerContext* context,
                              const v1::SubscribeShareRequest* request,
                              v1::Share* response) override;
  grpc::Status UnsubscribeShare(grpc::ServerContext* context,
                                const v1::SubscribeShareRequest* request,
                                v1::Share* response) override;
  grpc::Status GetSyncStatus(grpc::ServerContext* context, const v1::GetSyncStatusRequest* request,
                             v1::SyncStatus* response) override;
  grpc::Status WaitSync(grpc::ServerContext* context, const v1::WaitSyncRequest* request,
                        v1::SyncStatus* response) override;
  grpc::Status VerifySync(grpc::ServerContext* context, const v1::VerifySyncRequest* request,
                          grpc::ServerWriter<v1::ShareCheck>* writer) override;

 private:
  absl::StatusOr<sharing::ShareSpec> SpecOf(const v1::Share& share) const;
  // The own share that is to change, and how.
  absl::StatusOr<std::pair<ShareId, sharing::ShareChange>> ChangeOf(
      const v1::UpdateShareRequest& request) const;
  absl::StatusOr<std::vector<NodeId>> NodesOf(
      const google::protobuf::RepeatedPtrField<std::string>& names) const;
  // A partner's share by partner and title, id or name.
  absl::StatusOr<sharing::Subscription> FindOffered(absl::string_view partner,
                                                    absl::string_view share) const;
  absl::StatusOr<v1::Share> Find(absl::string_view name) const;
  absl::StatusOr<std::vector<v1::Share>> All() const;
  v1::Share ToProto(const sharing::OwnShare& share) const;
  v1::Share ToProto(const sharing::Subscription& subscription) const;
  void Describe(const NodeId& origin, const v1::ShareDescriptor& descriptor,
                v1::Share* share) const;

  const Parts parts_;
};

}  // namespace maillage::rpc

#endif  // SERVER_RPC_SHARE_SERVICE_H_
