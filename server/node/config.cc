#include "server/node/config.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <optional>

#include <toml++/toml.h>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/broadcast/links.h"
#include "server/broadcast/mail/address.h"
#include "server/identity/certificate.h"
#include "server/identity/descriptor.h"

namespace maillage::node {
namespace {

constexpr char kWildcardHosts[][8] = {"0.0.0.0", "[::]"};

struct Key {
  const char* name;
  std::string Config::*value;
  bool required;
  const char* comment;
};

constexpr std::array<Key, 17> kKeys = {{
    {"alias", &Config::alias, true, "What this node calls itself in short: a-z, 0-9, hyphen."},
    {"name", &Config::name, true, "Name of the institution, as partners see it."},
    {"listen", &Config::listen, true, "Where partners and operators reach it: HOST:PORT."},
    {"endpoint", &Config::endpoint, false,
     "What partners dial, where that is not 'listen' (behind a router): HOST:PORT."},
    {"web", &Config::web, false, "Where its public pages are: HOST:PORT."},
    {"base_url", &Config::base_url, false,
     "Where people find its public pages, as mails link to them: https://HOST."},
    {"web_certificate", &Config::web_certificate, false,
     "Certificate of the public pages (PEM), where they speak TLS themselves."},
    {"web_key", &Config::web_key, false, "Key of that certificate (PEM)."},
    {"web_proxy", &Config::web_proxy, false,
     "Address of the proxy in front of the public pages, whose X-Forwarded-For is believed."},
    {"smtp", &Config::smtp, false, "The mail server that sends for it: smtp://HOST:PORT."},
    {"from", &Config::from, false, "Sender of its mails: a mailbox, with or without a name."},
    {"return_path", &Config::return_path, false,
     "Mailbox to which mails come back; its mail server delivers what follows a + there, too."},
    {"returns", &Config::returns, false, "Maildir into which it does; the node reads it."},
    {"offers", &Config::offers, false,
     "What it does when a partner offers an invitation: ask (an officer) or accept."},
    {"admin_socket", &Config::admin_socket, false, "Path of the local admin socket."},
    {"log_level", &Config::log_level, false, "debug, info, warn or error."},
    {"compression", &Config::compression, false, "Of the database: lz4 or none."},
}};

absl::Status Bad(absl::string_view where, absl::string_view what) {
  return InvalidArgument("BAD_CONFIG", absl::StrCat(where, ": ", what));
}

std::string At(absl::string_view file, const toml::source_region& source) {
  return absl::StrCat(file, ":", source.begin.line);
}

absl::StatusOr<toml::table> ParseToml(absl::string_view text, absl::string_view file) {
  try {
    return toml::parse(std::string_view(text.data(), text.size()));
  } catch (const toml::parse_error& error) {
    const auto what = error.description();
    return Bad(At(file, error.source()), absl::string_view(what.data(), what.size()));
  }
}

absl::Status TakeValue(const toml::key& name, const toml::node& node, absl::string_view file,
                       Config* config) {
  const absl::string_view text(name.str().data(), name.str().size());
  const auto key =
      std::find_if(kKeys.begin(), kKeys.end(), [&](const Key& k) { return text == k.name; });
  if (key == kKeys.end()) {
    return Bad(At(file, name.source()), absl::StrCat("there is no setting '", text, "'"));
  }
  const auto value = node.value<std::string>();
  if (!node.is_string() || !value.has_value()) {
    return Bad(At(file, node.source()), absl::StrCat("'", text, "' must be a text in quotes"));
  }
  config->*(key->value) = *value;
  return absl::OkStatus();
}

// HOST:PORT; port 0 lets the system choose.
bool IsListenAddress(absl::string_view text) {
  const size_t colon = text.rfind(':');
  return identity::IsEndpoint(text) ||
         (colon != absl::string_view::npos && text.substr(colon) == ":0" &&
          identity::IsEndpoint(absl::StrCat(text.substr(0, colon), ":1")));
}

bool IsLogLevel(absl::string_view text) {
  return text == "debug" || text == "info" || text == "warn" || text == "error";
}

bool IsSmtpUrl(absl::string_view text) {
  for (const absl::string_view scheme : {"smtp://", "smtps://"}) {
    if (absl::StartsWith(text, scheme)) {
      const absl::string_view rest = text.substr(scheme.size());
      return !rest.empty() && !absl::StrContains(rest, '/') && !absl::StrContains(rest, ' ');
    }
  }
  return false;
}

bool IsReturnPath(absl::string_view text) {
  return broadcast::IsMailbox(text) && text.find('@') <= broadcast::kMaxReturnLocalPart &&
         !absl::StrContains(text, '+');
}

bool IsIpAddress(const std::string& text) {
  in6_addr address;
  return inet_pton(AF_INET, text.c_str(), &address) == 1 ||
         inet_pton(AF_INET6, text.c_str(), &address) == 1;
}

// https://HOST[:PORT][/PATH] without an end slash; http on loopback and in names
// that exist for tests alone.
bool IsBaseUrl(absl::string_view text) {
  const bool secure = absl::ConsumePrefix(&text, "https://");
  if (!secure && !absl::ConsumePrefix(&text, "http://")) return false;
  for (const char c : text) {
    const bool plain = absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '.' ||
                       c == '_' || c == '/' || c == ':';
    if (!plain) return false;
  }
  const absl::string_view host = text.substr(0, text.find_first_of(":/"));
  if (host.empty() || absl::EndsWith(text, "/")) return false;
  return secure || host == "localhost" || host == "127.0.0.1" || absl::EndsWith(host, ".test");
}

absl::string_view WrongWithWeb(const Config& config, absl::string_view key) {
  if (key == "web" && !config.web.empty() && !IsListenAddress(config.web)) return "is HOST:PORT";
  if (key == "base_url" && !config.base_url.empty()) {
    if (!IsBaseUrl(config.base_url)) {
      return "is https://HOST, without a slash at its end (http for localhost alone)";
    }
    if (config.web.empty()) return "needs 'web'";
  }
  if (key == "web_key" && config.web_key.empty() != config.web_certificate.empty()) {
    return "and 'web_certificate' go together";
  }
  if (key == "web_proxy" && !config.web_proxy.empty() && !IsIpAddress(config.web_proxy)) {
    return "is one IP address";
  }
  return "";
}

// What is wrong with a value; nothing where all is well.
absl::string_view WrongWith(const Config& config, absl::string_view key) {
  if (key == "alias" && !identity::IsAlias(config.alias)) {
    return "has 1 to 32 of a-z, 0-9 and hyphens between them";
  }
  if (key == "name" && (config.name.empty() || config.name.size() > 200)) {
    return "has 1 to 200 bytes";
  }
  if (key == "listen" && !IsListenAddress(config.listen)) return "is HOST:PORT";
  if (key == "endpoint" && !config.endpoint.empty() && !identity::IsEndpoint(config.endpoint)) {
    return "is HOST:PORT";
  }
  if (key == "smtp" && !config.smtp.empty() && !IsSmtpUrl(config.smtp)) {
    return "is smtp://HOST:PORT or smtps://HOST:PORT";
  }
  if (key == "return_path" && !config.return_path.empty() && !IsReturnPath(config.return_path)) {
    return "is a mailbox with at most 7 characters before the @, so that a token fits behind them";
  }
  if (key == "returns" && config.returns.empty() != config.return_path.empty()) {
    return "and 'return_path' go together";
  }
  if (key == "from" && !config.from.empty() && !absl::StrContains(config.from, '@')) {
    return "is a mailbox, such as 'Ville <invitations@ville.example.org>'";
  }
  if (key == "admin_socket" && config.admin_socket.empty()) return "is a path";
  if (key == "log_level" && !IsLogLevel(config.log_level)) return "is debug, info, warn or error";
  if (key == "offers" && config.offers != "ask" && config.offers != "accept") {
    return "is ask or accept";
  }
  if (key == "compression" && config.compression != "lz4" && config.compression != "none") {
    return "is lz4 or none";
  }
  return WrongWithWeb(config, key);
}

std::string Quoted(absl::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      absl::StrAppend(&quoted, "\\", absl::string_view(&c, 1));
    } else if (absl::ascii_iscntrl(static_cast<unsigned char>(c))) {
      absl::StrAppend(&quoted, "\\u", absl::Hex(static_cast<unsigned char>(c), absl::kZeroPad4));
    } else {
      quoted.push_back(c);
    }
  }
  return absl::StrCat(quoted, "\"");
}

}  // namespace

absl::StatusOr<Config> ParseConfig(absl::string_view text, absl::string_view file) {
  ASSIGN_OR_RETURN(const toml::table table, ParseToml(text, file));
  Config config;
  for (const auto& [name, node] : table) {
    RETURN_IF_ERROR(TakeValue(name, node, file, &config));
  }
  for (const Key& key : kKeys) {
    const toml::node* const node = table.get(key.name);
    if (key.required && node == nullptr) {
      return Bad(file, absl::StrCat("the setting '", key.name, "' is missing"));
    }
    const absl::string_view wrong = WrongWith(config, key.name);
    if (!wrong.empty()) {
      return Bad(node != nullptr ? At(file, node->source()) : std::string(file),
                 absl::StrCat("'", key.name, "' ", wrong));
    }
  }
  return config;
}

absl::Status CheckConfig(const Config& config) {
  for (const Key& key : kKeys) {
    const absl::string_view wrong = WrongWith(config, key.name);
    if (!wrong.empty()) {
      return InvalidArgument("BAD_CONFIG", absl::StrCat("'", key.name, "' ", wrong));
    }
  }
  return absl::OkStatus();
}

std::string ConfigText(const Config& config) {
  const Config defaults;
  std::string text = "# A Maillage node. Restart it after a change.\n";
  for (const Key& key : kKeys) {
    const std::string& value = config.*(key.value);
    const bool set = key.required || value != defaults.*(key.value);
    absl::StrAppend(&text, "\n# ", key.comment, "\n", set ? "" : "# ", key.name, " = ",
                    Quoted(value), "\n");
  }
  return text;
}

std::vector<std::string> CertificateHosts(const Config& config) {
  std::vector<std::string> hosts = {identity::kCertificateHost};
  for (const std::string& address : {config.listen, config.endpoint}) {
    std::string host = address.substr(0, address.rfind(':'));
    if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);
    if (!host.empty() && host != "0.0.0.0" && host != "::") hosts.push_back(host);
  }
  return hosts;
}

identity::Description DescriptionOf(const Config& config, int port) {
  identity::Description description;
  description.alias = config.alias;
  description.display_name = config.name;
  if (!config.endpoint.empty()) {
    description.endpoints = {config.endpoint};
    return description;
  }
  const std::string host = config.listen.substr(0, config.listen.rfind(':'));
  for (const char* wildcard : kWildcardHosts) {
    if (host == wildcard) return description;
  }
  description.endpoints = {absl::StrCat(host, ":", port)};
  return description;
}

}  // namespace maillage::node
