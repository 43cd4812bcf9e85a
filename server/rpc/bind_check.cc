#include "server/rpc/bind_check.h"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"

namespace maillage::rpc {
namespace {

absl::Status CannotBind(const std::string& address, int error) {
  const char* mend = error == EADDRINUSE
                         ? "Stop the program that listens there, or change 'listen' "
                           "in node.toml."
                         : "Change 'listen' in node.toml.";
  return Unavailable("CANNOT_BIND",
                     absl::StrCat("cannot listen on ", address, ": ", std::strerror(error)), mend);
}

absl::Status TryBind(const std::string& address, const addrinfo& info) {
  const int fd = socket(info.ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return CannotBind(address, errno);
  // As gRPC does: connections of an earlier process may still linger.
  const int yes = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  const bool good = bind(fd, info.ai_addr, info.ai_addrlen) == 0 && listen(fd, 1) == 0;
  const int error = errno;
  close(fd);
  return good ? absl::OkStatus() : CannotBind(address, error);
}

}  // namespace

absl::Status CheckBindable(const std::string& address) {
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
  return TryBind(address, *found);
}

}  // namespace maillage::rpc
