// The node's HTTP server: a small router with hard limits, plain or with TLS.
#ifndef SERVER_WEB_WEB_SERVER_H_
#define SERVER_WEB_WEB_SERVER_H_

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace maillage::web {

// What is asked. Keys and values are decoded, and are whatever a stranger sends.
struct Request {
  bool post = false;  // else GET or HEAD, which change nothing
  std::string path;
  std::map<std::string, std::string> query;
  // Fields of a body that is a form, urlencoded or multipart; of values that came
  // several times, all, joined by line ends.
  std::map<std::string, std::string> form;
  std::string accept_language;
  std::string address;  // who asks; behind a known proxy, for whom it asks

  // Empty where there is none.
  const std::string& Query(const std::string& key) const;
  const std::string& Form(const std::string& key) const;
};

struct Page {
  int code = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
  std::string location = {};  // with 303: where to look next
};

// Makes a page. On one of the server's threads, several at once.
using Handler = std::function<Page(const Request&)>;

struct Route {
  Handler handler;
  bool takes_posts = false;
};
// By exact path, or by a path's beginning that ends in '/': "/r/" is asked for
// "/r/x" and "/r/x/y". Under "" stands what is shown where there is no page.
using Routes = std::map<std::string, Route>;

// Thread safe.
class WebServer {
 public:
  struct Options {
    unsigned threads = 4;
    unsigned connections = 256;
    unsigned connections_per_address = 16;
    unsigned idle_seconds = 10;
    size_t memory_per_connection = 32 << 10;  // bounds the request's line and headers
    size_t form_bytes = 16 << 10;             // of a body
    // The address of a proxy, whose X-Forwarded-For is believed; all its
    // connections count as `connections` do.
    std::string proxy = {};
    // PEM; both empty: plain HTTP.
    std::string certificate = {};
    std::string key = {};
  };

  // Serves `routes` on HOST:PORT (port 0: the system chooses). INVALID_ARGUMENT
  // (BAD_ADDRESS), UNAVAILABLE (CANNOT_LISTEN).
  static absl::StatusOr<std::unique_ptr<WebServer>> Start(absl::string_view address, Routes routes,
                                                          const Options& options);
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
