// The socket by which the machine's administrator reaches the node: a Unix
// socket 0600, on which only root and the node's own user are let in.
#ifndef SERVER_RPC_ADMIN_SOCKET_H_
#define SERVER_RPC_ADMIN_SOCKET_H_

#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "absl/status/statusor.h"

namespace maillage::rpc {

class AdminSocket {
 public:
  // Takes over a connection that was let in.
  using OnConnection = std::function<void(int fd)>;

  // Binds `path`, which an earlier process may have left behind, and accepts on
  // a thread of its own. Changes the process's umask for a moment: call it
  // while nobody else makes files. INVALID_ARGUMENT (SOCKET_PATH_TOO_LONG),
  // UNAVAILABLE (CANNOT_BIND).
  static absl::StatusOr<std::unique_ptr<AdminSocket>> Listen(const std::string& path,
                                                             OnConnection on_connection);
  // Removes the socket; no more calls of on_connection.
  ~AdminSocket();

 private:
  AdminSocket(std::string path, int socket, int stop, OnConnection on_connection);
  void Run();
  void AcceptOne();

  const std::string path_;
  const int socket_;
  const int stop_;
  const OnConnection on_connection_;
  std::thread thread_;
};

}  // namespace maillage::rpc

#endif  // SERVER_RPC_ADMIN_SOCKET_H_
