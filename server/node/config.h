// DIR/node.toml: what an administrator sets.
#ifndef SERVER_NODE_CONFIG_H_
#define SERVER_NODE_CONFIG_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/identity/self.h"

namespace maillage::node {

struct Config {
  std::string alias;                        // what the node calls itself in short
  std::string name;                         // of the institution
  std::string listen;                       // HOST:PORT for partners and operators
  std::string endpoint;                     // HOST:PORT that partners dial; empty: listen
  std::string web;                          // HOST:PORT of public pages; may be empty
  std::string base_url;                     // https://HOST of public pages; may be empty
  std::string web_certificate;              // PEM file; empty: plain HTTP
  std::string web_key;                      // PEM file of its key
  std::string web_proxy;                    // address that says for whom it asks; may be empty
  std::string smtp;                         // smtp://HOST:PORT; empty: no mail
  std::string from;                         // MAILBOX, with or without a name; empty: no mail
  std::string return_path;                  // mailbox to which mails come back; may be empty
  std::string returns;                      // Maildir of what comes back; with return_path
  std::string offers = "ask";               // of partners, to carry invitations: ask, accept
  std::string admin_socket = "admin.sock";  // path, from DIR where relative
  std::string log_level = "info";           // debug, info, warn, error
  std::string compression = "lz4";          // of the database: lz4, none
};

// Reads the text of a node.toml; `file` is for messages. INVALID_ARGUMENT
// (BAD_CONFIG) with the line: not TOML, an unknown key, a wrong type or value, a
// key missing.
absl::StatusOr<Config> ParseConfig(absl::string_view text, absl::string_view file);

// INVALID_ARGUMENT (BAD_CONFIG) where a value is malformed.
absl::Status CheckConfig(const Config& config);

// The text that ParseConfig() reads back, with comments for people.
std::string ConfigText(const Config& config);

// Names for the TLS certificate: clients in other languages may check them.
std::vector<std::string> CertificateHosts(const Config& config);

// What the node's descriptor says. Without `endpoint` partners dial `listen`,
// with `port` for its port; where that names no machine (0.0.0.0, [::]) the
// node cannot be dialled.
identity::Description DescriptionOf(const Config& config, int port);

}  // namespace maillage::node

#endif  // SERVER_NODE_CONFIG_H_
