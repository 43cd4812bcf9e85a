#include "tools/bench/wire.h"

#include <grpcpp/grpcpp.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_credentials_options.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "client/certificate.h"
#include "client/channel.h"
#include "maillage/v1/sync.grpc.pb.h"
#include "server/identity/files.h"

namespace maillage::bench {
namespace {

class Source : public v1::SyncService::Service {
 public:
  Source(const v1::SyncMessage& message, size_t messages)
      : message_(message), messages_(messages) {}

  grpc::Status Sync(grpc::ServerContext*,
                    grpc::ServerReaderWriter<v1::SyncMessage, v1::SyncMessage>* stream) override {
    for (size_t n = 0; n < messages_ && stream->Write(message_); ++n) {
    }
    return grpc::Status::OK;
  }

 private:
  const v1::SyncMessage message_;
  const size_t messages_;
};

std::shared_ptr<grpc::ServerCredentials> CredentialsOf(const identity::TlsKey& key) {
  namespace tls = grpc::experimental;
  tls::TlsServerCredentialsOptions options(std::make_shared<tls::StaticDataCertificateProvider>(
      key.certificate_pem,
      std::vector<tls::IdentityKeyCertPair>{{key.key_pem, key.certificate_pem}}));
  options.watch_identity_key_cert_pairs();
  options.set_cert_request_type(GRPC_SSL_REQUEST_CLIENT_CERTIFICATE_BUT_DONT_VERIFY);
  return tls::TlsServerCredentials(options);
}

}  // namespace

double WireRate(Pair* pair, const v1::SyncMessage& message, size_t records) {
  const auto each = static_cast<size_t>(message.run_entries().entries_size());
  const size_t messages = (records + each - 1) / each;
  Source source(message, messages);
  const identity::TlsKey origin = pair->origin().self->tls();
  const identity::TlsKey partner = pair->partner().self->tls();
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", CredentialsOf(origin), &port);
  builder.RegisterService(&source);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  client::TlsOptions options;
  options.address = absl::StrCat("127.0.0.1:", port);
  options.certificate_pem = partner.certificate_pem;
  options.key_pem = partner.key_pem;
  options.pins = {client::CertificateHash(origin.certificate_pem).value()};
  const auto stub = v1::SyncService::NewStub(client::PinnedChannel(options).value());
  grpc::ClientContext context;
  const absl::Time start = absl::Now();
  const auto stream = stub->Sync(&context);
  v1::SyncMessage received;
  size_t count = 0;
  while (stream->Read(&received)) ++count;
  const absl::Duration took = absl::Now() - start;
  CheckOk(count == messages ? absl::OkStatus() : absl::InternalError("the stream broke off"),
          "the wire alone");
  (void)stream->Finish();
  server->Shutdown();
  return static_cast<double>(count * each) / absl::ToDoubleSeconds(took);
}

}  // namespace maillage::bench
