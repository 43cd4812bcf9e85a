// The end of Sync streams that partners dial.
#ifndef SERVER_RPC_SYNC_SERVICE_H_
#define SERVER_RPC_SYNC_SERVICE_H_

#include <memory>

#include "server/rpc/authentication.h"
#include "server/sharing/sync_manager.h"

namespace grpc {
class Service;
}  // namespace grpc

namespace maillage::rpc {

// Both must outlive the service; stop `streams` before the server shuts down.
std::unique_ptr<grpc::Service> NewSyncService(sharing::SyncManager* streams,
                                              const Callers* callers);

}  // namespace maillage::rpc

#endif  // SERVER_RPC_SYNC_SERVICE_H_
