#include "server/web/web_server.h"

#include <microhttpd.h>
#include <netdb.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"

namespace maillage::web {
namespace {

struct Header {
  const char* name;
  const char* value;
};
// Nothing is loaded, framed, cached or guessed.
constexpr Header kHeaders[] = {
    {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Cache-Control", "no-store"},
};

struct AddressList {
  ~AddressList() {
    if (first != nullptr) freeaddrinfo(first);
  }
  addrinfo* first = nullptr;
};

absl::Status Resolve(absl::string_view address, AddressList* list) {
  const size_t colon = address.rfind(':');
  if (colon == absl::string_view::npos) {
    return InvalidArgument("BAD_ADDRESS", absl::StrCat("'", address, "' is not HOST:PORT"));
  }
  std::string host(address.substr(0, colon));
  if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);
  addrinfo hints = {};
  hints.ai_flags = AI_PASSIVE;
  hints.ai_socktype = SOCK_STREAM;
  const std::string port(address.substr(colon + 1));
  if (getaddrinfo(host.c_str(), port.c_str(), &hints, &list->first) == 0) return absl::OkStatus();
  return InvalidArgument("BAD_ADDRESS", absl::StrCat("'", address, "' cannot be resolved"),
                         "set 'web' in node.toml to HOST:PORT");
}

MHD_Result Send(MHD_Connection* connection, const Page& page, const char* allow) {
  MHD_Response* response = MHD_create_response_from_buffer(
      page.body.size(), const_cast<char*>(page.body.data()), MHD_RESPMEM_MUST_COPY);
  if (response == nullptr) return MHD_NO;
  MHD_add_response_header(response, "Content-Type", page.content_type.c_str());
  for (const Header& header : kHeaders) {
    MHD_add_response_header(response, header.name, header.value);
  }
  if (allow != nullptr) MHD_add_response_header(response, "Allow", allow);
  const MHD_Result result =
      MHD_queue_response(connection, static_cast<unsigned>(page.code), response);
  MHD_destroy_response(response);
  return result;
}

bool HasBody(MHD_Connection* connection) {
  return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Content-Length") != nullptr ||
         MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Transfer-Encoding") != nullptr;
}

}  // namespace

struct WebServer::Daemon {
  std::map<std::string, Handler> pages;
  MHD_Daemon* mhd = nullptr;

  MHD_Result Answer(MHD_Connection* connection, absl::string_view path,
                    absl::string_view method) const {
    if (method != "GET" && method != "HEAD") {
      return Send(connection, {405, "text/plain", "this page is only read\n"}, "GET, HEAD");
    }
    if (HasBody(connection)) {
      return Send(connection, {413, "text/plain", "a request has no body here\n"}, nullptr);
    }
    const auto page = pages.find(std::string(path));
    if (page == pages.end()) {
      return Send(connection, {404, "text/plain", "there is no such page\n"}, nullptr);
    }
    return Send(connection, page->second(), nullptr);
  }

  static MHD_Result OnRequest(void* self, MHD_Connection* connection, const char* url,
                              const char* method, const char*, const char*, size_t*, void**) {
    return static_cast<const Daemon*>(self)->Answer(connection, url, method);
  }
};

WebServer::WebServer(std::unique_ptr<Daemon> daemon) : daemon_(std::move(daemon)) {}

WebServer::~WebServer() {
  if (daemon_->mhd != nullptr) MHD_stop_daemon(daemon_->mhd);
}

absl::StatusOr<std::unique_ptr<WebServer>> WebServer::Start(absl::string_view address,
                                                            std::map<std::string, Handler> pages,
                                                            const Limits& limits) {
  AddressList list;
  RETURN_IF_ERROR(Resolve(address, &list));
  auto daemon = std::make_unique<Daemon>();
  daemon->pages = std::move(pages);
  unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD;
  if (list.first->ai_family == AF_INET6) flags |= MHD_USE_IPv6;
  errno = 0;
  daemon->mhd = MHD_start_daemon(
      flags, 0, nullptr, nullptr, &Daemon::OnRequest, daemon.get(), MHD_OPTION_SOCK_ADDR,
      list.first->ai_addr, MHD_OPTION_CONNECTION_LIMIT, limits.connections,
      MHD_OPTION_PER_IP_CONNECTION_LIMIT, limits.connections_per_address,
      MHD_OPTION_CONNECTION_TIMEOUT, limits.idle_seconds, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
      limits.memory_per_connection, MHD_OPTION_END);
  if (daemon->mhd == nullptr) {
    return Unavailable(
        "CANNOT_LISTEN",
        absl::StrCat("the public pages cannot listen on ", address, ": ", std::strerror(errno)),
        "end what holds the port, or set another 'web' in node.toml");
  }
  return std::unique_ptr<WebServer>(new WebServer(std::move(daemon)));
}

int WebServer::port() const {
  const MHD_DaemonInfo* info = MHD_get_daemon_info(daemon_->mhd, MHD_DAEMON_INFO_BIND_PORT);
  return info == nullptr ? 0 : info->port;
}

}  // namespace maillage::web
