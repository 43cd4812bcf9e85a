#include "server/web/web_server.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netdb.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"

namespace maillage::web {
namespace {

struct Header {
  const char* name;
  const char* value;
};
// Nothing is framed, cached, guessed or told to other sites; styles and forms are
// the site's own, scripts there are none.
constexpr Header kHeaders[] = {
    {"Content-Security-Policy",
     "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
     "frame-ancestors 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Cache-Control", "no-store"},
    {"X-Robots-Tag", "noindex"},
};

// Both ways in which forms are sent; mail programs use either for one click (RFC
// 8058).
constexpr char kForm[] = "application/x-www-form-urlencoded";
constexpr char kMultipart[] = "multipart/form-data";
constexpr size_t kFormBufferBytes = 1024;

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

MHD_Result Send(MHD_Connection* connection, const Page& page, const char* allow = nullptr) {
  MHD_Response* response = MHD_create_response_from_buffer(
      page.body.size(), const_cast<char*>(page.body.data()), MHD_RESPMEM_MUST_COPY);
  if (response == nullptr) return MHD_NO;
  MHD_add_response_header(response, "Content-Type", page.content_type.c_str());
  for (const Header& header : kHeaders) {
    MHD_add_response_header(response, header.name, header.value);
  }
  if (allow != nullptr) MHD_add_response_header(response, "Allow", allow);
  if (!page.location.empty()) {
    MHD_add_response_header(response, "Location", page.location.c_str());
  }
  const MHD_Result result =
      MHD_queue_response(connection, static_cast<unsigned>(page.code), response);
  MHD_destroy_response(response);
  return result;
}

std::string HeaderOf(MHD_Connection* connection, const char* name) {
  const char* value = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
  return value == nullptr ? "" : value;
}

bool HasBody(MHD_Connection* connection) {
  return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Content-Length") != nullptr ||
         MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Transfer-Encoding") != nullptr;
}

std::string PeerOf(MHD_Connection* connection) {
  const MHD_ConnectionInfo* info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
  if (info == nullptr || info->client_addr == nullptr) return "";
  char text[INET6_ADDRSTRLEN] = "";
  const sockaddr* peer = info->client_addr;
  if (peer->sa_family == AF_INET) {
    inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(peer)->sin_addr, text, sizeof(text));
  } else if (peer->sa_family == AF_INET6) {
    inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6*>(peer)->sin6_addr, text,
              sizeof(text));
  }
  return text;
}

// A request while it comes in.
struct Coming {
  ~Coming() {
    if (form != nullptr) MHD_destroy_post_processor(form);
  }
  Request request;
  MHD_PostProcessor* form = nullptr;
  size_t bytes = 0;
};

MHD_Result AddQuery(void* to, MHD_ValueKind, const char* key, const char* value) {
  (*static_cast<std::map<std::string, std::string>*>(to))[key] = value == nullptr ? "" : value;
  return MHD_YES;
}

MHD_Result AddForm(void* to, MHD_ValueKind, const char* key, const char*, const char*, const char*,
                   const char* data, uint64_t at, size_t size) {
  auto& form = *static_cast<std::map<std::string, std::string>*>(to);
  const auto [field, is_new] = form.try_emplace(key);
  // A value comes in pieces; another of the same name begins at 0 again.
  if (!is_new && at == 0) field->second += '\n';
  field->second.append(data, size);
  return MHD_YES;
}

}  // namespace

const std::string& Request::Query(const std::string& key) const {
  static const auto& none = *new std::string;
  const auto found = query.find(key);
  return found == query.end() ? none : found->second;
}

const std::string& Request::Form(const std::string& key) const {
  static const auto& none = *new std::string;
  const auto found = form.find(key);
  return found == form.end() ? none : found->second;
}

struct WebServer::Daemon {
  Routes routes;
  Options options;
  MHD_Daemon* mhd = nullptr;

  const Route* Find(const std::string& path) const {
    if (const auto exact = routes.find(path); exact != routes.end()) return &exact->second;
    const size_t end = path.find('/', 1);
    if (end == std::string::npos) return nullptr;
    const auto below = routes.find(path.substr(0, end + 1));
    return below == routes.end() ? nullptr : &below->second;
  }

  // The last address that the proxy added is the one that it saw.
  std::string AddressOf(MHD_Connection* connection) const {
    std::string peer = PeerOf(connection);
    if (options.proxy.empty() || peer != options.proxy) return peer;
    const std::string chain = HeaderOf(connection, "X-Forwarded-For");
    absl::string_view last = absl::string_view(chain).substr(chain.rfind(',') + 1);
    return std::string(absl::StripAsciiWhitespace(last));
  }

  // Refuses what is not answered at all; nothing where it goes on.
  bool Refuse(MHD_Connection* connection, const Route* route, absl::string_view method,
              MHD_Result* sent) const {
    const bool post = method == "POST" && (route == nullptr || route->takes_posts);
    if (method != "GET" && method != "HEAD" && !post) {
      const bool posts = route != nullptr && route->takes_posts;
      *sent = Send(connection, {405, "text/plain", "this page is only read\n"},
                   posts ? "GET, HEAD, POST" : "GET, HEAD");
      return true;
    }
    if (!post && HasBody(connection)) {
      *sent = Send(connection, {413, "text/plain", "a request to read has no body here\n"});
      return true;
    }
    uint64_t length = 0;
    if (post && absl::SimpleAtoi(HeaderOf(connection, "Content-Length"), &length) &&
        length > options.form_bytes) {
      *sent = Send(connection, {413, "text/plain", "the form is too large\n"});
      return true;
    }
    const std::string type = HeaderOf(connection, "Content-Type");
    if (post && !absl::StartsWithIgnoreCase(type, kForm) &&
        !absl::StartsWithIgnoreCase(type, kMultipart)) {
      *sent = Send(connection, {415, "text/plain", "this is no form\n"});
      return true;
    }
    return false;
  }

  std::unique_ptr<Coming> Begin(MHD_Connection* connection, absl::string_view path,
                                absl::string_view method) const {
    auto coming = std::make_unique<Coming>();
    Request& request = coming->request;
    request.post = method == "POST";
    request.path = std::string(path);
    request.accept_language = HeaderOf(connection, "Accept-Language");
    request.address = AddressOf(connection);
    MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, &AddQuery, &request.query);
    if (request.post) {
      coming->form =
          MHD_create_post_processor(connection, kFormBufferBytes, &AddForm, &request.form);
    }
    return coming;
  }

  MHD_Result Answer(MHD_Connection* connection, const Route* route, const Coming& coming) const {
    if (route == nullptr) {
      const auto none = routes.find("");
      if (none == routes.end()) {
        return Send(connection, {404, "text/plain", "there is no such page\n"});
      }
      route = &none->second;
    }
    return Send(connection, route->handler(coming.request));
  }

  MHD_Result On(MHD_Connection* connection, const char* path, const char* method, const char* data,
                size_t* size, void** state) const {
    const Route* route = Find(path);
    auto* coming = static_cast<Coming*>(*state);
    if (coming == nullptr) {
      MHD_Result sent = MHD_NO;
      if (Refuse(connection, route, method, &sent)) return sent;
      *state = Begin(connection, path, method).release();
      return MHD_YES;
    }
    if (*size == 0) return Answer(connection, route, *coming);
    coming->bytes += *size;
    if (coming->bytes > options.form_bytes) return MHD_NO;  // it did not say how much comes
    if (coming->form != nullptr) MHD_post_process(coming->form, data, *size);
    *size = 0;
    return MHD_YES;
  }

  static MHD_Result OnRequest(void* self, MHD_Connection* connection, const char* path,
                              const char* method, const char*, const char* data, size_t* size,
                              void** state) {
    return static_cast<const Daemon*>(self)->On(connection, path, method, data, size, state);
  }
  static void OnDone(void*, MHD_Connection*, void** state, MHD_RequestTerminationCode) {
    delete static_cast<Coming*>(*state);
    *state = nullptr;
  }
};

WebServer::WebServer(std::unique_ptr<Daemon> daemon) : daemon_(std::move(daemon)) {}

WebServer::~WebServer() {
  if (daemon_->mhd != nullptr) MHD_stop_daemon(daemon_->mhd);
}

absl::StatusOr<std::unique_ptr<WebServer>> WebServer::Start(absl::string_view address,
                                                            Routes routes, const Options& options) {
  AddressList list;
  RETURN_IF_ERROR(Resolve(address, &list));
  auto daemon = std::make_unique<Daemon>();
  daemon->routes = std::move(routes);
  daemon->options = options;
  unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD;
  if (list.first->ai_family == AF_INET6) flags |= MHD_USE_IPv6;
  std::vector<MHD_OptionItem> tls;
  if (!options.key.empty()) {
    flags |= MHD_USE_TLS;
    tls.push_back({MHD_OPTION_HTTPS_MEM_KEY, 0, daemon->options.key.data()});
    tls.push_back({MHD_OPTION_HTTPS_MEM_CERT, 0, daemon->options.certificate.data()});
  }
  tls.push_back({MHD_OPTION_END, 0, nullptr});
  const unsigned per_address =
      options.proxy.empty() ? options.connections_per_address : options.connections;
  errno = 0;
  daemon->mhd = MHD_start_daemon(
      flags, 0, nullptr, nullptr, &Daemon::OnRequest, daemon.get(), MHD_OPTION_SOCK_ADDR,
      list.first->ai_addr, MHD_OPTION_CONNECTION_LIMIT, options.connections,
      MHD_OPTION_PER_IP_CONNECTION_LIMIT, per_address, MHD_OPTION_CONNECTION_TIMEOUT,
      options.idle_seconds, MHD_OPTION_CONNECTION_MEMORY_LIMIT, options.memory_per_connection,
      MHD_OPTION_THREAD_POOL_SIZE, options.threads, MHD_OPTION_NOTIFY_COMPLETED, &Daemon::OnDone,
      nullptr, MHD_OPTION_ARRAY, tls.data(), MHD_OPTION_END);
  if (daemon->mhd == nullptr) {
    return Unavailable(
        "CANNOT_LISTEN",
        absl::StrCat("the public pages cannot listen on ", address, ": ", std::strerror(errno)),
        "end what holds the port, or set another 'web' in node.toml; a certificate and its key "
        "must be PEM and fit");
  }
  return std::unique_ptr<WebServer>(new WebServer(std::move(daemon)));
}

int WebServer::port() const {
  const MHD_DaemonInfo* info = MHD_get_daemon_info(daemon_->mhd, MHD_DAEMON_INFO_BIND_PORT);
  return info == nullptr ? 0 : info->port;
}

}  // namespace maillage::web
