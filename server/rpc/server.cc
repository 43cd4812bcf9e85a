#include "server/rpc/server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <grpcpp/server_posix.h>

#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "client/channel.h"
#include "server/rpc/admin_socket.h"
#include "server/rpc/listener.h"

namespace maillage::rpc {
namespace {

constexpr int kMaxIdleMs = 300'000;

void EnableStandardServices() {
  [[maybe_unused]] static const bool once = [] {
    grpc::EnableDefaultHealthCheckService(true);
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
    return true;
  }();
}

void SetLimits(grpc::ServerBuilder* builder, const std::string& name) {
  builder->SetMaxReceiveMessageSize(client::kMaxMessageBytes);
  builder->SetMaxSendMessageSize(client::kMaxMessageBytes);
  builder->SetResourceQuota(
      grpc::ResourceQuota(name).Resize(kMaxServerMemory).SetMaxThreads(kMaxServerThreads));
  builder->SetSyncServerOption(grpc::ServerBuilder::NUM_CQS, 1);
  builder->SetSyncServerOption(grpc::ServerBuilder::MIN_POLLERS, 1);
  builder->SetSyncServerOption(grpc::ServerBuilder::MAX_POLLERS, 4);
  builder->AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, 128);
}

void SetConnectionHabits(grpc::ServerBuilder* builder) {
  builder->AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, 10'000);
  // Partners have a stream open. Whoever has no call under way may come again.
  builder->AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS, kMaxIdleMs);
  builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 2 * client::kKeepaliveMs);
  builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, client::kKeepaliveTimeoutMs);
  builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder->AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
                              client::kKeepaliveMs / 2);
}

}  // namespace

struct Server::Impl {
  std::unique_ptr<grpc::Server> tls;
  std::unique_ptr<grpc::Server> admin;
  std::unique_ptr<AdminSocket> socket;
  std::unique_ptr<Listener> listener;
};

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

absl::StatusOr<std::unique_ptr<Server>> Server::Start(
    const ServerOptions& options, const Callers* callers,
    const std::vector<grpc::Service*>& operator_services,
    const std::vector<grpc::Service*>& peer_services) {
  EnableStandardServices();
  auto impl = std::make_unique<Impl>();
  ASSIGN_OR_RETURN(impl->listener, Listener::Listen(options.listen));
  grpc::ServerBuilder tls;
  SetLimits(&tls, "tls");
  SetConnectionHabits(&tls);
  std::shared_ptr<grpc::experimental::ExternalConnectionAcceptor> acceptor =
      tls.experimental().AddExternalConnectionAcceptor(
          grpc::ServerBuilder::experimental_type::ExternalConnectionType::FROM_FD,
          ListenerCredentials(options.key_path, options.certificate_path, callers));
  for (grpc::Service* service : operator_services) tls.RegisterService(service);
  for (grpc::Service* service : peer_services) tls.RegisterService(service);
  impl->tls = tls.BuildAndStart();
  if (impl->tls == nullptr) {
    return Unavailable("CANNOT_BIND", absl::StrCat("cannot listen on ", options.listen));
  }
  grpc::ServerBuilder admin;
  SetLimits(&admin, "admin");
  for (grpc::Service* service : operator_services) admin.RegisterService(service);
  impl->admin = admin.BuildAndStart();
  if (impl->admin == nullptr) {
    return Unavailable("CANNOT_BIND", "cannot start the server of the admin socket");
  }
  ASSIGN_OR_RETURN(impl->socket,
                   AdminSocket::Listen(options.admin_socket, [server = impl->admin.get()](int fd) {
                     grpc::AddInsecureChannelFromFd(server, fd);
                   }));
  impl->listener->Start([acceptor](int listener_fd, int fd) {
    grpc::experimental::ExternalConnectionAcceptor::NewConnectionParameters connection;
    connection.listener_fd = listener_fd;
    connection.fd = fd;
    acceptor->HandleNewConnection(&connection);
  });
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

Server::~Server() { Shutdown(absl::ZeroDuration()); }

int Server::port() const { return impl_->listener->port(); }

void Server::Shutdown(absl::Duration grace) {
  if (impl_->tls == nullptr) return;
  impl_->socket.reset();
  impl_->listener->Stop();
  const auto deadline = absl::ToChronoTime(absl::Now() + grace);
  std::thread admin([&] { impl_->admin->Shutdown(deadline); });
  impl_->tls->Shutdown(deadline);
  admin.join();
  impl_->tls.reset();
  impl_->admin.reset();
}

}  // namespace maillage::rpc
