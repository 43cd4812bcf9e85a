#include "tools/cli/context.h"

#include <cstdlib>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "client/certificate.h"
#include "client/channel.h"
#include "tools/cli/files.h"

namespace maillage::cli {
namespace {

constexpr size_t kHexDigits = 64;

// The hash itself, or that of the certificate in the file.
absl::StatusOr<std::string> ReadPin(const std::string& pin) {
  bool hex = pin.size() == kHexDigits;
  for (const char c : pin) hex = hex && absl::ascii_isxdigit(static_cast<unsigned char>(c));
  if (hex) return absl::HexStringToBytes(pin);
  ASSIGN_OR_RETURN(const std::string pem, ReadFile(pin));
  return client::CertificateHash(pem);
}

}  // namespace

std::string DefaultNode() {
  const char* home = std::getenv("MAILLAGE_DIR");
  if (home != nullptr && *home != '\0') return absl::StrCat("unix:", home, "/admin.sock");
  return "unix:/run/maillage/admin.sock";
}

Context::Context(NodeOptions node, const OutputOptions& output)
    : node_(std::move(node)), output_(output) {
  if (node_.node.empty()) node_.node = DefaultNode();
}

absl::StatusOr<std::shared_ptr<grpc::Channel>> Context::Channel() {
  if (channel_ != nullptr) return channel_;
  absl::string_view path = node_.node;
  if (absl::ConsumePrefix(&path, "unix:")) return channel_ = client::AdminChannel(path);
  if (node_.certificate.empty() || node_.key.empty() || node_.pin.empty()) {
    return InvalidArgument("USAGE", absl::StrCat(node_.node, " needs --cert, --key and --pin"),
                           "`maillage operator add` on the node makes these files.");
  }
  client::TlsOptions options;
  options.address = node_.node;
  ASSIGN_OR_RETURN(options.certificate_pem, ReadFile(node_.certificate));
  ASSIGN_OR_RETURN(options.key_pem, ReadFile(node_.key));
  ASSIGN_OR_RETURN(const std::string pin, ReadPin(node_.pin));
  options.pins = {pin};
  ASSIGN_OR_RETURN(channel_, client::PinnedChannel(options));
  return channel_;
}

}  // namespace maillage::cli
