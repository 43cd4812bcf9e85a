#include "server/rpc/pairing_service.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>

#include <future>
#include <utility>

#include "client/base/encoding.h"
#include "client/base/grpc_status.h"
#include "client/base/status_macros.h"
#include "client/call.h"
#include "client/channel.h"
#include "maillage/v1/identity.grpc.pb.h"
#include "server/rpc/byte_buffer.h"

namespace maillage::rpc {
namespace {

constexpr char kTokenIdKey[] = "maillage-token-id";
constexpr char kMacKey[] = "maillage-mac-bin";
constexpr char kPairPath[] = "/maillage.v1.PairingService/Pair";
constexpr auto kPairTimeout = std::chrono::seconds(15);

std::string Find(const std::multimap<grpc::string_ref, grpc::string_ref>& metadata,
                 const char* key) {
  const auto it = metadata.find(key);
  return it == metadata.end() ? std::string() : std::string(it->second.data(), it->second.size());
}

using RawService = v1::PairingService::WithRawCallbackMethod_Pair<v1::PairingService::Service>;

class PairingServiceImpl : public RawService {
 public:
  PairingServiceImpl(identity::Pairing* pairing, const Callers* callers)
      : pairing_(pairing), callers_(callers) {}

  grpc::ServerUnaryReactor* Pair(grpc::CallbackServerContext* context,
                                 const grpc::ByteBuffer* request,
                                 grpc::ByteBuffer* response) override {
    grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
    // Waits for one commit, and only with a good token: strangers without one
    // cost a look-up and an HMAC.
    const auto answer = pairing_->Reply({
        .token_id = Find(context->client_metadata(), kTokenIdKey),
        .mac = Find(context->client_metadata(), kMacKey),
        .request = ToString(*request),
        .certificate_hash = callers_->Of(*context).certificate_hash,
    });
    if (answer.ok()) {
      context->AddTrailingMetadata(kMacKey, answer->mac);
      *response = ToByteBuffer(answer->response);
    }
    reactor->Finish(ToGrpcStatus(answer.status()));
    return reactor;
  }

 private:
  identity::Pairing* const pairing_;
  const Callers* const callers_;
};

}  // namespace

std::unique_ptr<grpc::Service> NewPairingService(identity::Pairing* pairing,
                                                 const Callers* callers) {
  return std::make_unique<PairingServiceImpl>(pairing, callers);
}

absl::StatusOr<identity::Pairing::Answer> CallPair(const identity::Pairing::Call& call,
                                                   const identity::TlsKey& tls) {
  ASSIGN_OR_RETURN(auto channel,
                   client::PinnedChannel({.address = call.token.endpoint(),
                                          .certificate_pem = tls.certificate_pem,
                                          .key_pem = tls.key_pem,
                                          .pins = {call.token.tls_certificate_hash()}}));
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kPairTimeout);
  context.AddMetadata(kTokenIdKey, Base32Encode(call.token.token_id()));
  context.AddMetadata(kMacKey, call.mac);
  const grpc::ByteBuffer request = ToByteBuffer(call.request);
  grpc::ByteBuffer response;
  const auto done = std::make_shared<std::promise<grpc::Status>>();
  grpc::GenericStub stub(std::move(channel));
  stub.UnaryCall(&context, kPairPath, grpc::StubOptions(), &request, &response,
                 [done](grpc::Status status) { done->set_value(std::move(status)); });
  const grpc::Status status = done->get_future().get();
  if (!status.ok()) return client::FromCallStatus(status);
  return identity::Pairing::Answer{ToString(response),
                                   Find(context.GetServerTrailingMetadata(), kMacKey)};
}

}  // namespace maillage::rpc
