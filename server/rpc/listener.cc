#include "server/rpc/listener.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"

namespace maillage::rpc {
namespace {

constexpr int kBacklog = 512;

absl::Status CannotBind(const std::string& address, int error) {
  const char* mend = error == EADDRINUSE
                         ? "Stop the program that listens there, or change 'listen' "
                           "in node.toml."
                         : "Change 'listen' in node.toml.";
  return Unavailable("CANNOT_BIND",
                     absl::StrCat("cannot listen on ", address, ": ", std::strerror(error)), mend);
}

int PortOf(int socket) {
  sockaddr_storage address = {};
  socklen_t length = sizeof(address);
  getsockname(socket, reinterpret_cast<sockaddr*>(&address), &length);
  const auto* v6 = reinterpret_cast<const sockaddr_in6*>(&address);
  const auto* v4 = reinterpret_cast<const sockaddr_in*>(&address);
  return ntohs(address.ss_family == AF_INET6 ? v6->sin6_port : v4->sin_port);
}

void SetPort(int port, sockaddr* address) {
  // The port stands at the same place in both families.
  reinterpret_cast<sockaddr_in*>(address)->sin_port = htons(static_cast<uint16_t>(port));
}

// Listens; -1 with errno.
int TryListen(const addrinfo& info, int port) {
  const int fd = socket(info.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -1;
  // Connections of an earlier process may still linger.
  const int yes = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
  // [::] stands for all addresses, of both families.
  const int no = 0;
  if (info.ai_family == AF_INET6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof(no));
  SetPort(port, info.ai_addr);
  if (bind(fd, info.ai_addr, info.ai_addrlen) == 0 && listen(fd, kBacklog) == 0) return fd;
  const int error = errno;
  close(fd);
  errno = error;
  return -1;
}

std::string PeerOf(int fd) {
  sockaddr_storage address = {};
  socklen_t length = sizeof(address);
  char host[NI_MAXHOST] = "";
  if (getpeername(fd, reinterpret_cast<sockaddr*>(&address), &length) != 0) return host;
  getnameinfo(reinterpret_cast<const sockaddr*>(&address), length, host, sizeof(host), nullptr, 0,
              NI_NUMERICHOST);
  return host;
}

ino_t InodeOf(int fd) {
  struct stat status = {};
  return fstat(fd, &status) == 0 && S_ISSOCK(status.st_mode) ? status.st_ino : 0;
}

}  // namespace

Listener::Listener(size_t limit) : limit_(limit), stop_(eventfd(0, EFD_CLOEXEC)) {}

absl::StatusOr<std::unique_ptr<Listener>> Listener::Listen(const std::string& address,
                                                           size_t limit) {
  std::unique_ptr<Listener> listener(new Listener(limit));
  RETURN_IF_ERROR(listener->Bind(address));
  return listener;
}

absl::Status Listener::Bind(const std::string& address) {
  const size_t colon = address.rfind(':');
  std::string host = address.substr(0, colon == std::string::npos ? 0 : colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (host.empty() || getaddrinfo(host.c_str(), address.c_str() + colon + 1, &hints, &found) != 0) {
    return InvalidArgument("BAD_ADDRESS",
                           absl::StrCat("'", address, "' is no HOST:PORT of this machine"),
                           "Change 'listen' in node.toml.");
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, &freeaddrinfo);
  port_ = std::atoi(address.c_str() + colon + 1);
  int error = 0;
  for (const addrinfo* info = found; info != nullptr; info = info->ai_next) {
    const int fd = TryListen(*info, port_);
    if (fd < 0) {
      error = errno;
      // A machine without that family.
      if (error == EAFNOSUPPORT || error == EADDRNOTAVAIL) continue;
      return CannotBind(address, error);
    }
    sockets_.push_back(fd);
    port_ = PortOf(fd);
  }
  return sockets_.empty() ? CannotBind(address, error) : absl::OkStatus();
}

void Listener::Start(OnConnection on_connection) {
  on_connection_ = std::move(on_connection);
  thread_ = std::thread([this] { Run(); });
}

Listener::~Listener() {
  Stop();
  close(stop_);
}

void Listener::Stop() {
  eventfd_write(stop_, 1);
  if (thread_.joinable()) thread_.join();
  for (const int fd : sockets_) close(fd);
  sockets_.clear();
}

void Listener::Run() {
  std::vector<pollfd> waits = {{stop_, POLLIN, 0}};
  for (const int fd : sockets_) waits.push_back({fd, POLLIN, 0});
  while (true) {
    if (poll(waits.data(), waits.size(), -1) < 0) continue;
    if (waits.front().revents != 0) return;
    for (size_t i = 1; i < waits.size(); ++i) {
      if (waits[i].revents != 0) AcceptOne(waits[i].fd);
    }
  }
}

void Listener::AcceptOne(int listener) {
  const int fd = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) {
    // Out of descriptors: without a pause this would turn in circles.
    pollfd stop = {stop_, POLLIN, 0};
    if (errno != EAGAIN && errno != ECONNABORTED && errno != EINTR) poll(&stop, 1, 100);
    return;
  }
  const std::string peer = PeerOf(fd);
  if (!HasRoom(peer)) {
    close(fd);
    return;
  }
  const int yes = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
  open_[fd] = {InodeOf(fd), peer};
  on_connection_(listener, fd);
}

bool Listener::HasRoom(const std::string& peer) {
  const auto full = [&] {
    const auto same = [&](const auto& item) { return item.second.peer == peer; };
    return open_.size() >= limit_ ||
           static_cast<size_t>(std::count_if(open_.begin(), open_.end(), same)) >= limit_ / 2;
  };
  if (!full()) return true;
  Sweep();
  return !full();
}

void Listener::Sweep() {
  std::erase_if(open_, [](const auto& item) { return InodeOf(item.first) != item.second.inode; });
}

}  // namespace maillage::rpc
