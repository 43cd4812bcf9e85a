// The node's two gRPC servers: one for partners and operators by mutual TLS,
// one behind the admin socket.
#ifndef SERVER_RPC_SERVER_H_
#define SERVER_RPC_SERVER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/rpc/authentication.h"

namespace grpc {
class Service;
}  // namespace grpc

namespace maillage::rpc {

struct ServerOptions {
  std::string listen;  // HOST:PORT, [IPv6]:PORT; port 0 takes a free one
  std::string key_path;
  std::string certificate_path;
  std::string admin_socket;  // path
};

// Bounds on what callers can make a node hold, per server.
inline constexpr size_t kMaxServerMemory = 256u << 20;
inline constexpr int kMaxServerThreads = 64;

class Server {
 public:
  // Serves at once. `operator_services` are on both servers, `peer_services`
  // (pairing, sync) on the TLS listener alone. All services and `callers` must
  // outlive the server. Health and reflection are served as well.
  // INVALID_ARGUMENT (BAD_ADDRESS, SOCKET_PATH_TOO_LONG), UNAVAILABLE
  // (CANNOT_BIND, with what the system says).
  static absl::StatusOr<std::unique_ptr<Server>> Start(
      const ServerOptions& options, const Callers* callers,
      const std::vector<grpc::Service*>& operator_services,
      const std::vector<grpc::Service*>& peer_services);
  // Shutdown(zero).
  ~Server();

  // Of the TLS listener.
  int port() const;

  // Takes no new calls, lets those under way end, and cancels what is left
  // after `grace`. Returns when all is over. Once.
  void Shutdown(absl::Duration grace);

 private:
  struct Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  const std::unique_ptr<Impl> impl_;
};

}  // namespace maillage::rpc

#endif  // SERVER_RPC_SERVER_H_
