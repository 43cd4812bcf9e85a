#include "tools/bench/point_reads.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/server_builder.h>

#include <atomic>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "client/base/grpc_status.h"
#include "maillage/v1/actor_service.grpc.pb.h"
#include "tools/bench/actors.h"
#include "tools/bench/pair.h"

namespace maillage::bench {
namespace {

constexpr int kThreads = 4;

// Does what a unary call costs, and nothing else.
class Bare final : public v1::ActorService::Service {
 public:
  grpc::Status GetActor(grpc::ServerContext*, const v1::GetActorRequest*,
                        v1::Actor* response) override {
    *response = actor_;
    return grpc::Status::OK;
  }

 private:
  const v1::Actor actor_ = MakeActor(1, 1);
};

double CallsASecond(const std::string& target, const std::vector<std::string>& names,
                    absl::Duration time) {
  const auto channel = grpc::CreateChannel(target, grpc::InsecureChannelCredentials());
  std::atomic<size_t> calls = 0;
  const absl::Time start = absl::Now();
  const auto work = [&](size_t first) {
    const auto stub = v1::ActorService::NewStub(channel);
    for (size_t i = first; absl::Now() - start < time; i += kThreads) {
      grpc::ClientContext context;
      v1::GetActorRequest request;
      request.set_name(names[i % names.size()]);
      v1::Actor actor;
      CheckOk(FromGrpcStatus(stub->GetActor(&context, request, &actor)), "reading");
      ++calls;
    }
  };
  std::vector<std::thread> threads;
  for (size_t i = 0; i < kThreads; ++i) threads.emplace_back(work, i);
  for (std::thread& thread : threads) thread.join();
  return static_cast<double>(calls) / absl::ToDoubleSeconds(absl::Now() - start);
}

}  // namespace

PointReads MeasurePointReads(const std::string& dir, const std::string& admin_socket,
                             const std::vector<std::string>& names, absl::Duration each) {
  PointReads reads;
  reads.ours = CallsASecond(absl::StrCat("unix:", admin_socket), names, each);
  Bare bare;
  grpc::ServerBuilder builder;
  const std::string target = absl::StrCat("unix:", dir, "/bare.sock");
  builder.AddListeningPort(target, grpc::InsecureServerCredentials());
  builder.SetSyncServerOption(grpc::ServerBuilder::NUM_CQS, 1);
  builder.SetSyncServerOption(grpc::ServerBuilder::MIN_POLLERS, 1);
  builder.SetSyncServerOption(grpc::ServerBuilder::MAX_POLLERS, 4);
  builder.RegisterService(&bare);
  const auto server = builder.BuildAndStart();
  reads.bare = CallsASecond(target, names, each);
  server->Shutdown();
  return reads;
}

}  // namespace maillage::bench
