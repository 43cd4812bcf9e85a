// The node's HTTP server: a small router with hard limits. It speaks plain HTTP;
// what faces the internet stands behind a proxy that speaks TLS.
#ifndef SERVER_WEB_WEB_SERVER_H_
#define SERVER_WEB_WEB_SERVER_H_

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace maillage::web {

struct Page {
  int code = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
};

// Makes a page. On the server's thread: be quick. A page is made for GET and
// HEAD alone, so it changes nothing.
using Handler = std::function<Page()>;

// Thread safe.
class WebServer {
 public:
  struct Limits {
    unsigned connections = 256;
    unsigned connections_per_address = 16;
    unsigned idle_seconds = 10;
    size_t memory_per_connection = 32 << 10;  // bounds the request's line and headers
  };

  // Serves `pages` by exact path on HOST:PORT (port 0: the system chooses).
  // INVALID_ARGUMENT (BAD_ADDRESS), UNAVAILABLE (CANNOT_LISTEN).
  static absl::StatusOr<std::unique_ptr<WebServer>> Start(absl::string_view address,
                                                          std::map<std::string, Handler> pages,
                                                          const Limits& limits);
  // Answers what it has begun to answer, then stops.
  ~WebServer();

  int port() const;

 private:
  struct Daemon;
  explicit WebServer(std::unique_ptr<Daemon> daemon);
  const std::unique_ptr<Daemon> daemon_;
};

}  // namespace maillage::web

#endif  // SERVER_WEB_WEB_SERVER_H_
