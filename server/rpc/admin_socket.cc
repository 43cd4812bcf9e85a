#include "server/rpc/admin_socket.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"

namespace maillage::rpc {
namespace {

absl::Status CannotBind(const std::string& path) {
  const int error = errno;
  return Unavailable("CANNOT_BIND", absl::StrCat("cannot listen on the admin socket ", path, ": ",
                                                 std::strerror(error)));
}

// What others of this name may stay: only a socket is removed.
void RemoveStale(const std::string& path) {
  struct stat about;
  if (lstat(path.c_str(), &about) == 0 && S_ISSOCK(about.st_mode)) unlink(path.c_str());
}

bool IsLetIn(int fd) {
  ucred peer{};
  socklen_t size = sizeof(peer);
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return false;
  return peer.uid == 0 || peer.uid == geteuid();
}

}  // namespace

absl::StatusOr<std::unique_ptr<AdminSocket>> AdminSocket::Listen(const std::string& path,
                                                                 OnConnection on_connection) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) {
    return InvalidArgument("SOCKET_PATH_TOO_LONG",
                           absl::StrCat("the path of the admin socket has more than ",
                                        sizeof(address.sun_path) - 1, " bytes: ", path),
                           "Put the node's home elsewhere or set admin_socket in node.toml.");
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return CannotBind(path);
  RemoveStale(path);
  const mode_t before = umask(0177);
  const int bound = bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
  umask(before);
  if (bound != 0 || listen(fd, 64) != 0) {
    const absl::Status status = CannotBind(path);
    close(fd);
    return status;
  }
  return std::unique_ptr<AdminSocket>(
      new AdminSocket(path, fd, eventfd(0, EFD_CLOEXEC), std::move(on_connection)));
}

AdminSocket::AdminSocket(std::string path, int socket, int stop, OnConnection on_connection)
    : path_(std::move(path)),
      socket_(socket),
      stop_(stop),
      on_connection_(std::move(on_connection)),
      thread_([this] { Run(); }) {}

AdminSocket::~AdminSocket() {
  eventfd_write(stop_, 1);
  thread_.join();
  close(socket_);
  close(stop_);
  unlink(path_.c_str());
}

void AdminSocket::Run() {
  while (true) {
    pollfd waits[] = {{socket_, POLLIN, 0}, {stop_, POLLIN, 0}};
    if (poll(waits, 2, -1) < 0) continue;
    if (waits[1].revents != 0) return;
    if (waits[0].revents != 0) AcceptOne();
  }
}

void AdminSocket::AcceptOne() {
  const int fd = accept4(socket_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) {
    // Out of descriptors: without a pause this would turn in circles.
    pollfd stop = {stop_, POLLIN, 0};
    if (errno != EAGAIN && errno != ECONNABORTED && errno != EINTR) poll(&stop, 1, 100);
    return;
  }
  if (IsLetIn(fd)) {
    on_connection_(fd);
  } else {
    close(fd);
  }
}

}  // namespace maillage::rpc
