// Accepts connections for a gRPC server, which knows no bounds: so many at once,
// half of them at most from one address. Who comes beyond that is hung up on.
#ifndef SERVER_RPC_LISTENER_H_
#define SERVER_RPC_LISTENER_H_

#include <sys/types.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"

namespace maillage::rpc {

// A partner's stream and its TLS hold about 150 kB.
inline constexpr size_t kMaxConnections = 2048;

class Listener {
 public:
  // Takes over a connection that was let in, and closes it some time.
  using OnConnection = std::function<void(int listener_fd, int fd)>;

  // Listens on all addresses that HOST:PORT stands for (port 0 takes a free one);
  // nothing is accepted yet. INVALID_ARGUMENT (BAD_ADDRESS), UNAVAILABLE
  // (CANNOT_BIND) with the system's reason.
  static absl::StatusOr<std::unique_ptr<Listener>> Listen(const std::string& address,
                                                          size_t limit = kMaxConnections);
  ~Listener();
  // Accepts no more; no more calls of on_connection.
  void Stop();

  int port() const { return port_; }
  // Accepts on a thread of its own. Once.
  void Start(OnConnection on_connection);

 private:
  struct Open {
    ino_t inode = 0;  // tells a descriptor from a later one of the same number
    std::string peer;
  };

  explicit Listener(size_t limit);
  absl::Status Bind(const std::string& address);
  void Run();
  void AcceptOne(int listener);
  bool HasRoom(const std::string& peer);
  // Forgets those that were closed.
  void Sweep();

  const size_t limit_;
  const int stop_;
  int port_ = 0;
  std::vector<int> sockets_;
  std::map<int, Open> open_;  // by descriptor; the thread's
  OnConnection on_connection_;
  std::thread thread_;
};

}  // namespace maillage::rpc

#endif  // SERVER_RPC_LISTENER_H_
