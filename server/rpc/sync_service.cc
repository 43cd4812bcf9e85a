#include "server/rpc/sync_service.h"

#include <utility>

#include "client/base/grpc_status.h"
#include "maillage/v1/sync.grpc.pb.h"
#include "server/rpc/stream_loop.h"

namespace maillage::rpc {
namespace {

class ServerStream final : public grpc::ServerBidiReactor<v1::SyncMessage, v1::SyncMessage>,
                           public StreamOperations {
 public:
  ServerStream(grpc::CallbackServerContext* context, const NodeId& peer,
               sharing::SyncManager* streams)
      : context_(context),
        loop_(std::make_shared<StreamLoop>(
            this,
            [streams, peer](std::shared_ptr<sharing::Wire> wire) {
              return streams->Open(peer, /*dialled_here=*/false, std::move(wire));
            },
            [streams](const sharing::ConnectionPtr& connection) { streams->Closed(connection); })) {
  }

  void Begin() {
    // A stream that is refused at once is gone when this returns.
    const std::shared_ptr<StreamLoop> loop = loop_;
    loop->Begin(/*open_first=*/true);
  }

  void OnReadDone(bool ok) override { Keep()->ReadDone(ok); }
  void OnWriteDone(bool ok) override { Keep()->WriteDone(ok); }
  void OnCancel() override { Keep()->Cancelled(); }
  void OnDone() override { delete this; }

  void Read(v1::SyncMessage* message) override { StartRead(message); }
  void Write(const v1::SyncMessage* message) override { StartWrite(message); }
  void Cancel() override { context_->TryCancel(); }
  void Release(const absl::Status& why) override { Finish(ToGrpcStatus(why)); }

 private:
  // The loop outlives its own call although it may end the stream.
  std::shared_ptr<StreamLoop> Keep() const { return loop_; }

  grpc::CallbackServerContext* const context_;
  const std::shared_ptr<StreamLoop> loop_;
};

class SyncService final : public v1::SyncService::CallbackService {
 public:
  SyncService(sharing::SyncManager* streams, const Callers* callers)
      : streams_(streams), callers_(callers) {}

  grpc::ServerBidiReactor<v1::SyncMessage, v1::SyncMessage>* Sync(
      grpc::CallbackServerContext* context) override {
    // The table of roles lets only partners through; any other id is refused
    // where the stream opens.
    auto* stream = new ServerStream(context, callers_->Of(*context).partner, streams_);
    stream->Begin();
    return stream;
  }

 private:
  sharing::SyncManager* const streams_;
  const Callers* const callers_;
};

}  // namespace

std::unique_ptr<grpc::Service> NewSyncService(sharing::SyncManager* streams,
                                              const Callers* callers) {
  return std::make_unique<SyncService>(streams, callers);
}

}  // namespace maillage::rpc
