// Says how the node stands and manages its operators.
#ifndef SERVER_RPC_NODE_SERVICE_H_
#define SERVER_RPC_NODE_SERVICE_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "maillage/v1/node_service.grpc.pb.h"
#include "server/identity/operators.h"
#include "server/identity/partners.h"
#include "server/identity/rotation.h"
#include "server/identity/self.h"
#include "server/identity/succession.h"
#include "server/rpc/authentication.h"
#include "server/storage/backup.h"

namespace maillage::rpc {

// Thread safe.
class NodeService : public v1::NodeService::Service {
 public:
  // Fills in what another room knows of the node's state. Thread safe.
  using Reporter = std::function<void(v1::NodeStatus*)>;

  // All must outlive the service.
  struct Parts {
    const Callers* callers;
    const identity::Self* self;
    const identity::Partners* partners;
    identity::Operators* operators;
    identity::Rotation* rotation;
    identity::Closing* closing;
    identity::Closing::AddToLink add_to_link;
    storage::Writer* writer;
    const Clock* clock;
    std::function<bool(const NodeId&)> is_connected;
    std::string version;
    std::string listen;
    absl::Time start_time;
    std::vector<Reporter> reporters;
    // Makes a backup in a folder that keeps so many; returns what is there.
    std::function<absl::StatusOr<std::vector<storage::Backup>>(
        const std::string& folder, uint32_t keep, const std::string& who)>
        back_up;
    // Ends a recovery.
    std::function<absl::Status(const std::string& who)> end_recovery;
  };
  explicit NodeService(Parts parts);

  grpc::Status GetNodeStatus(grpc::ServerContext* context, const v1::GetNodeStatusRequest* request,
                             v1::NodeStatus* response) override;
  grpc::Status CreateOperator(grpc::ServerContext* context,
                              const v1::CreateOperatorRequest* request,
                              v1::CreateOperatorResponse* response) override;
  grpc::Status ListOperators(grpc::ServerContext* context, const v1::ListOperatorsRequest* request,
                             v1::ListOperatorsResponse* response) override;
  grpc::Status DeleteOperator(grpc::ServerContext* context,
                              const v1::DeleteOperatorRequest* request,
                              google::protobuf::Empty* response) override;
  grpc::Status CloseNode(grpc::ServerContext* context, const v1::CloseNodeRequest* request,
                         v1::NodeStatus* response) override;
  grpc::Status RotateKey(grpc::ServerContext* context, const v1::RotateKeyRequest* request,
                         v1::RotateKeyResponse* response) override;
  grpc::Status ReplaceRoot(grpc::ServerContext* context, const v1::ReplaceRootRequest* request,
                           v1::ReplaceRootResponse* response) override;
  grpc::Status BackupNode(grpc::ServerContext* context, const v1::BackupNodeRequest* request,
                          v1::BackupNodeResponse* response) override;
  grpc::Status RecoverNode(grpc::ServerContext* context, const v1::RecoverNodeRequest* request,
                           v1::NodeStatus* response) override;

 private:
  absl::Status Rotate(const v1::RotateKeyRequest& request, const std::string& who);
  absl::Status CheckPresent() const;

  const Parts parts_;
};

}  // namespace maillage::rpc

#endif  // SERVER_RPC_NODE_SERVICE_H_
