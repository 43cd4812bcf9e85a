#include "client/channel.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/security/tls_credentials_options.h>
#include <grpcpp/support/channel_arguments.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "client/certificate.h"

namespace maillage::client {
namespace {

namespace tls = grpc::experimental;

constexpr size_t kPinBytes = 32;

// Accepts a server by the hash of its certificate alone.
class PinVerifier : public tls::ExternalCertificateVerifier {
 public:
  explicit PinVerifier(std::vector<std::string> pins) : pins_(std::move(pins)) {}

  bool Verify(tls::TlsCustomVerificationCheckRequest* request, std::function<void(grpc::Status)>,
              grpc::Status* sync_status) override {
    const grpc::string_ref pem = request->peer_cert();
    const auto hash = CertificateHash({pem.data(), pem.size()});
    if (!hash.ok() || std::find(pins_.begin(), pins_.end(), *hash) == pins_.end()) {
      *sync_status = grpc::Status(grpc::StatusCode::UNAUTHENTICATED, "certificate not pinned");
    }
    return true;
  }
  void Cancel(tls::TlsCustomVerificationCheckRequest*) override {}

 private:
  const std::vector<std::string> pins_;
};

std::shared_ptr<grpc::ChannelCredentials> PinnedCredentials(const TlsOptions& options) {
  tls::TlsChannelCredentialsOptions tls_options;
  // gRPC wants roots even where it verifies nothing by them, and would load the
  // system's; the own certificate stands in.
  tls_options.set_certificate_provider(std::make_shared<tls::StaticDataCertificateProvider>(
      options.certificate_pem,
      std::vector<tls::IdentityKeyCertPair>{{options.key_pem, options.certificate_pem}}));
  tls_options.watch_root_certs();
  tls_options.watch_identity_key_cert_pairs();
  tls_options.set_verify_server_certs(false);
  tls_options.set_check_call_host(false);
  tls_options.set_certificate_verifier(
      tls::ExternalCertificateVerifier::Create<PinVerifier>(options.pins));
  return tls::TlsCredentials(tls_options);
}

grpc::ChannelArguments CommonArguments() {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kMaxMessageBytes);
  arguments.SetMaxSendMessageSize(kMaxMessageBytes);
  // A proxy meant for browsers must not carry these.
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  // A channel made anew after a key change must not find an old connection.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 200);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 5'000);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 10'000);
  return arguments;
}

absl::Status CheckAddress(absl::string_view address) {
  const size_t colon = address.rfind(':');
  int port = 0;
  if (colon == absl::string_view::npos || colon == 0 ||
      !absl::SimpleAtoi(address.substr(colon + 1), &port) || port < 1 || port > 65535) {
    return InvalidArgument("BAD_ADDRESS", absl::StrCat("'", address, "' is not HOST:PORT"));
  }
  return absl::OkStatus();
}

}  // namespace

std::shared_ptr<grpc::Channel> AdminChannel(absl::string_view path) {
  grpc::ChannelArguments arguments = CommonArguments();
  // Else the socket's path would become the :authority, which servers refuse.
  arguments.SetString(GRPC_ARG_DEFAULT_AUTHORITY, "localhost");
  return grpc::CreateCustomChannel(absl::StrCat("unix:", path), grpc::InsecureChannelCredentials(),
                                   arguments);
}

absl::StatusOr<std::shared_ptr<grpc::Channel>> PinnedChannel(const TlsOptions& options) {
  RETURN_IF_ERROR(CheckAddress(options.address));
  RETURN_IF_ERROR(CheckKeyPair(options.certificate_pem, options.key_pem));
  if (options.pins.empty()) return InvalidArgument("BAD_PIN", "no certificate is pinned");
  for (const std::string& pin : options.pins) {
    if (pin.size() != kPinBytes) return InvalidArgument("BAD_PIN", "a pin has not 32 bytes");
  }
  grpc::ChannelArguments arguments = CommonArguments();
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMs);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs);
  // An idle stream is the rule between partners: ping on, however long.
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  return grpc::CreateCustomChannel(absl::StrCat("dns:///", options.address),
                                   PinnedCredentials(options), arguments);
}

}  // namespace maillage::client
