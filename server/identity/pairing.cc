#include "server/identity/pairing.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/encoding.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/identity/crypto.h"
#include "server/identity/descriptor.h"

namespace maillage::identity {
namespace {

absl::Status CheckMac(absl::string_view expected, absl::string_view got) {
  if (ConstantTimeEqual(expected, got)) return absl::OkStatus();
  return Error(absl::StatusCode::kUnauthenticated, "WRONG_MAC",
               "the other side does not prove that it holds the pairing token",
               "Ask your partner for a new token: maillage partner invite");
}

absl::Status CheckSize(absl::string_view message) {
  if (message.size() <= kMaxPairBytes) return absl::OkStatus();
  return InvalidArgument("TOO_LARGE", "a pairing message has at most 64 KiB");
}

absl::Status CheckCertificate(const v1::NodeDescriptor& descriptor, absl::string_view hash) {
  const auto& hashes = descriptor.tls_certificate_hashes();
  if (std::find(hashes.begin(), hashes.end(), hash) != hashes.end()) return absl::OkStatus();
  return InvalidArgument("WRONG_CERTIFICATE",
                         "the connection's certificate is not in the node descriptor");
}

absl::Status Unreadable() {
  return InvalidArgument("UNREADABLE", "the pairing message cannot be read");
}

}  // namespace

std::string PairRequestMac(absl::string_view secret, const NodeId& inviter,
                           absl::string_view token_id, absl::string_view request) {
  return HmacSha256(secret,
                    InDomain("pair-request", absl::StrCat(inviter.bytes(), token_id, request)));
}

std::string PairResponseMac(absl::string_view secret, absl::string_view request_mac,
                            absl::string_view response) {
  return HmacSha256(secret, InDomain("pair-response", absl::StrCat(request_mac, response)));
}

Pairing::Pairing(const Self* self, Tokens* tokens, Partners* partners, storage::Writer* writer)
    : self_(self), tokens_(tokens), partners_(partners), writer_(writer) {}

absl::StatusOr<Pairing::Answer> Pairing::Reply(const Question& question) {
  RETURN_IF_ERROR(CheckSize(question.request));
  const auto token_id = Base32Decode(question.token_id);
  if (!token_id.ok() || token_id->size() != kTokenIdBytes) {
    return Error(absl::StatusCode::kUnauthenticated, "BAD_TOKEN_ID",
                 "the call names no pairing token");
  }
  ASSIGN_OR_RETURN(Tokens::Live token, tokens_->Find(*token_id));
  RETURN_IF_ERROR(CheckMac(PairRequestMac(token.secret, self_->node(), token.id, question.request),
                           question.mac));
  v1::PairRequest request;
  if (!request.ParseFromString(question.request)) return Unreadable();
  ASSIGN_OR_RETURN(const v1::NodeDescriptor descriptor,
                   OpenFirstDescriptor(request.node_descriptor()));
  RETURN_IF_ERROR(CheckCertificate(descriptor, question.certificate_hash));
  token.spending.who = absl::StrCat("partners/", ToText(NodeIdOf(descriptor.root_public_key())));
  const auto partner = partners_->Add(request.node_descriptor(), request.suggested_alias(), writer_,
                                      std::move(token.spending));
  if (absl::IsAborted(partner.status())) {
    // Two calls at once with one token: the other was first.
    return Error(absl::StatusCode::kUnauthenticated, "SPENT_TOKEN",
                 "the pairing token was used before");
  }
  RETURN_IF_ERROR(partner.status());
  v1::PairResponse response;
  *response.mutable_node_descriptor() = self_->signed_descriptor();
  response.set_suggested_alias(self_->alias());
  Answer answer;
  answer.response = response.SerializeAsString();
  answer.mac = PairResponseMac(token.secret, question.mac, answer.response);
  return answer;
}

absl::StatusOr<Pairing::Call> Pairing::Ask(absl::string_view token_text) const {
  Call call;
  ASSIGN_OR_RETURN(call.token, ParseToken(token_text));
  const NodeId inviter(call.token.node_id());
  if (inviter == self_->node()) {
    return InvalidArgument("OWN_NODE", "this node made the token itself",
                           "Run 'maillage partner accept' on your partner's node.");
  }
  v1::PairRequest request;
  *request.mutable_node_descriptor() = self_->signed_descriptor();
  request.set_suggested_alias(self_->alias());
  call.request = request.SerializeAsString();
  call.mac = PairRequestMac(call.token.secret(), inviter, call.token.token_id(), call.request);
  return call;
}

absl::StatusOr<PartnerPtr> Pairing::Finish(const Call& call, const Answer& answer,
                                           absl::string_view who) {
  RETURN_IF_ERROR(CheckSize(answer.response));
  RETURN_IF_ERROR(
      CheckMac(PairResponseMac(call.token.secret(), call.mac, answer.response), answer.mac));
  v1::PairResponse response;
  if (!response.ParseFromString(answer.response)) return Unreadable();
  ASSIGN_OR_RETURN(const v1::NodeDescriptor descriptor,
                   OpenFirstDescriptor(response.node_descriptor()));
  if (NodeIdOf(descriptor.root_public_key()).bytes() != call.token.node_id()) {
    return InvalidArgument("WRONG_NODE", "another node answers than the one that made the token");
  }
  RETURN_IF_ERROR(CheckCertificate(descriptor, call.token.tls_certificate_hash()));
  storage::Transaction transaction;
  transaction.who = std::string(who);
  return partners_->Add(response.node_descriptor(), response.suggested_alias(), writer_,
                        std::move(transaction));
}

}  // namespace maillage::identity
