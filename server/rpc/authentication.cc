#include "server/rpc/authentication.h"

#include <grpcpp/security/auth_context.h>
#include <grpcpp/security/auth_metadata_processor.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_credentials_options.h>
#include <grpcpp/server_context.h>

#include "client/base/grpc_status.h"
#include "client/certificate.h"

namespace maillage::rpc {
namespace {

constexpr unsigned kReloadSeconds = 1;

bool IsTls(const grpc::AuthContext& context) {
  const auto types = context.FindPropertyValues("transport_security_type");
  return !types.empty() && types.front() != "insecure";
}

class Processor : public grpc::AuthMetadataProcessor {
 public:
  explicit Processor(const Callers* callers) : callers_(callers) {}
  // A look into two maps in memory.
  bool IsBlocking() const override { return false; }

  grpc::Status Process(const InputMetadata& metadata, grpc::AuthContext* context, OutputMetadata*,
                       OutputMetadata*) override {
    const auto path = metadata.find(":path");
    const grpc::string_ref text = path == metadata.end() ? "" : path->second;
    // gRPC passes on only code and message from here.
    return ToPlainGrpcStatus(
        Authorize(callers_->Of(*context), absl::string_view(text.data(), text.size())));
  }

 private:
  const Callers* const callers_;
};

}  // namespace

Callers::Callers(const identity::Partners* partners, const identity::Operators* operators)
    : partners_(partners), operators_(operators) {}

Caller Callers::Of(const grpc::ServerContextBase& context) const {
  return Of(*context.auth_context());
}

Caller Callers::Of(const grpc::AuthContext& context) const {
  Caller caller;
  if (!IsTls(context)) {
    caller.kind = Caller::Kind::kOperator;
    caller.role = v1::ROLE_ADMIN;
    return caller;
  }
  const auto certificates = context.FindPropertyValues("x509_pem_cert");
  if (certificates.empty()) return caller;
  auto hash = client::CertificateHash({certificates.front().data(), certificates.front().size()});
  if (!hash.ok()) return caller;
  caller.certificate_hash = *std::move(hash);
  if (const auto found = operators_->FindByCertificate(caller.certificate_hash)) {
    caller.kind = Caller::Kind::kOperator;
    caller.alias = found->alias;
    caller.role = found->role;
  } else if (const auto partner = partners_->FindByCertificate(caller.certificate_hash)) {
    caller.kind = Caller::Kind::kPartner;
    caller.partner = partner->node;
  }
  return caller;
}

std::shared_ptr<grpc::ServerCredentials> ListenerCredentials(const std::string& key_path,
                                                             const std::string& certificate_path,
                                                             const Callers* callers) {
  namespace tls = grpc::experimental;
  tls::TlsServerCredentialsOptions options(std::make_shared<tls::FileWatcherCertificateProvider>(
      key_path, certificate_path, kReloadSeconds));
  options.watch_identity_key_cert_pairs();
  options.set_cert_request_type(GRPC_SSL_REQUEST_CLIENT_CERTIFICATE_BUT_DONT_VERIFY);
  auto credentials = tls::TlsServerCredentials(options);
  credentials->SetAuthMetadataProcessor(std::make_shared<Processor>(callers));
  return credentials;
}

}  // namespace maillage::rpc
