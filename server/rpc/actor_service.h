// The directory over gRPC.
#ifndef SERVER_RPC_ACTOR_SERVICE_H_
#define SERVER_RPC_ACTOR_SERVICE_H_

#include <functional>
#include <string>

#include "client/base/clock.h"
#include "maillage/v1/actor_service.grpc.pb.h"
#include "server/directory/directory.h"
#include "server/directory/import.h"
#include "server/rpc/authentication.h"

namespace maillage::rpc {

// Thread safe.
class ActorService final : public v1::ActorService::Service {
 public:
  // Makes an import with the node's parts.
  using NewImport = std::function<std::unique_ptr<directory::Import>(
      v1::ImportSpec spec, std::string who, directory::Import::OnProblemFn on_problem)>;
  // The local alias of a node; empty where it has none.
  using AliasOf = std::function<std::string(const NodeId&)>;

  // The pointers must outlive the service.
  ActorService(directory::Directory* directory, const Callers* callers, const Clock* clock,
               NewImport new_import, AliasOf alias_of)
      : directory_(directory),
        callers_(callers),
        clock_(clock),
        new_import_(std::move(new_import)),
        alias_of_(std::move(alias_of)) {}

  grpc::Status GetActor(grpc::ServerContext* context, const v1::GetActorRequest* request,
                        v1::Actor* response) override;
  grpc::Status ListActors(grpc::ServerContext* context, const v1::ListActorsRequest* request,
                          v1::ListActorsResponse* response) override;
  grpc::Status CountActors(grpc::ServerContext* context, const v1::CountActorsRequest* request,
                           v1::CountActorsResponse* response) override;
  grpc::Status CreateActor(grpc::ServerContext* context, const v1::CreateActorRequest* request,
                           v1::Actor* response) override;
  grpc::Status UpdateActor(grpc::ServerContext* context, const v1::UpdateActorRequest* request,
                           v1::Actor* response) override;
  grpc::Status DeleteActor(grpc::ServerContext* context, const v1::DeleteActorRequest* request,
                           google::protobuf::Empty* response) override;
  grpc::Status ImportActors(
      grpc::ServerContext* context,
      grpc::ServerReaderWriter<v1::ImportActorsResponse, v1::ImportActorsRequest>* stream) override;

 private:
  using ImportStream = grpc::ServerReaderWriter<v1::ImportActorsResponse, v1::ImportActorsRequest>;
  absl::Status Import(const grpc::ServerContext& context, ImportStream* stream);
  absl::Status ImportBytes(directory::Import* import, ImportStream* stream);

  directory::Directory* const directory_;
  const Callers* const callers_;
  const Clock* const clock_;
  const NewImport new_import_;
  const AliasOf alias_of_;
};

}  // namespace maillage::rpc

#endif  // SERVER_RPC_ACTOR_SERVICE_H_
